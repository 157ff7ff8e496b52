/**
 * Light and dark by the reader's own setting. All pairs of text and ground have a contrast of at
 * least 4.5 to 1, and edges of controls 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11); nothing is told by
 * colour alone.
 */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f7f6f2, #16181c);
  --card: light-dark(#ffffff, #1f2228);
  --text: light-dark(#1d2025, #e8e6e1);
  --quiet: light-dark(#575d66, #a9afb8);
  --line: light-dark(#d9d6ce, #3a3f47);
  --edge: light-dark(#7d8590, #757d88);
  --link: light-dark(#0b5394, #8ab8f0);
  --on-link: light-dark(#ffffff, #10151c);
  --mark-ground: light-dark(#fff0c2, #4a3b06);
  --mark-text: light-dark(#5c4300, #ffe08a);
  --bad: light-dark(#a1211b, #ff9d94);
  --good: light-dark(#1f6b3a, #8fd6a6);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 80rem;
  padding: 1rem 1.5rem 3rem;
  background: var(--ground);
  color: var(--text);
  font: .95rem/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
p { margin: .25rem 0 .75rem; }
a { color: var(--link); }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
.simulated { background: var(--mark-ground); color: var(--mark-text); border-radius: .4rem; padding: .5rem .75rem; margin: 0 0 1.25rem; }
.quiet { color: var(--quiet); }
.bad { color: var(--bad); }
.good { color: var(--good); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.25rem; margin: 0 0 1.25rem; }
.narrow { max-width: 32rem; margin-inline: auto; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
button, input, select, summary { font: inherit; color: inherit; }
button {
  background: var(--card);
  border: 1px solid var(--edge);
  border-radius: .4rem;
  padding: .3rem .7rem;
  min-height: 2rem;
  cursor: pointer;
}
button.main { background: var(--link); border-color: var(--link); color: var(--on-link); font-weight: 600; }
button:hover { border-color: var(--text); }
input, select { background: var(--card); border: 1px solid var(--edge); border-radius: .4rem; padding: .3rem .5rem; min-height: 2rem; max-width: 100%; }
input[type=checkbox], input[type=radio] { min-height: 0; width: 1.1rem; height: 1.1rem; margin: 0 .4rem 0 0; vertical-align: -.15rem; accent-color: var(--link); }
fieldset { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .9rem .75rem; margin: 0 0 1rem; }
legend { padding: 0 .3rem; font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
.row form { margin: 0; }
.choice { display: block; padding: .15rem 0; }
header .row { justify-content: space-between; }
[aria-pressed=true] { background: var(--mark-ground); color: var(--mark-text); }
.lost { display: none; }
[data-lost=true] .lost { display: block; color: var(--bad); }
.scroll { position: relative; overflow: auto; max-height: 26rem; margin: 0 0 1rem; }
[data-live] > form { margin-bottom: 1rem; }
.row .choice { padding: .4rem .5rem .4rem 0; }
table { border-collapse: collapse; width: 100%; min-width: 46rem; }
td code, th code { white-space: nowrap; overflow-wrap: normal; }
details code { white-space: normal; overflow-wrap: anywhere; }
summary { white-space: nowrap; cursor: pointer; }
td .row { flex-wrap: nowrap; align-items: center; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0; border-bottom: 1px solid var(--line); font-weight: normal; font-variant-numeric: tabular-nums; }
thead th { position: sticky; top: 0; background: var(--card); color: var(--quiet); font-size: .85rem; white-space: nowrap; }
time { white-space: nowrap; }
tbody th { min-width: 9rem; }
td form { margin: 0; }
td button { white-space: nowrap; min-height: 1.75rem; padding: .1rem .6rem; }
.keys { font-size: .85em; }
meter { width: 8rem; }
.fields { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: end; border-top: 1px solid var(--line); padding-top: 1rem; }
.fields label { font-size: .85rem; min-width: 0; max-width: 100%; }
.fields .wide select { width: 100%; max-width: 38rem; }
.fields input, .fields select { font-size: .95rem; }
.fields .wide { flex-basis: 100%; }
footer { padding: 0 .25rem; }
@media (max-width: 40rem) { body { padding-inline: .75rem; } .card { padding: .9rem; } }
`;
