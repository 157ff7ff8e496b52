/**
 * Keeps the page fresh: reads it again every two seconds while somebody can see it and has not asked
 * for rest, and takes over what has changed, except where the keyboard stands.
 */
export const pageScript = `
const button = document.getElementById('rest');
const everyMs = 2000;
let isResting = false;
button.hidden = false;
button.addEventListener('click', () => {
  isResting = !isResting;
  button.setAttribute('aria-pressed', String(isResting));
});
async function refresh() {
  if (!isResting && !document.hidden) {
    try {
      const text = await (await fetch(location.href)).text();
      const fresh = new DOMParser().parseFromString(text, 'text/html');
      for (const part of document.querySelectorAll('[data-live]')) {
        const next = fresh.getElementById(part.id);
        if (next === null || part.innerHTML === next.innerHTML) continue;
        if (part.contains(document.activeElement)) continue;
        const open = [...part.querySelectorAll('details[open]')].map((one) => one.id);
        part.replaceChildren(...next.childNodes);
        for (const id of open) document.getElementById(id)?.setAttribute('open', '');
      }
      document.body.dataset.lost = '';
    } catch {
      document.body.dataset.lost = 'true';
    }
  }
  setTimeout(refresh, everyMs);
}
setTimeout(refresh, everyMs);
`;
