/**
 * Light and dark by the reader's own setting. All pairs of text and ground have a contrast of at
 * least 4.5 to 1 (WCAG 2.2, 1.4.3); nothing is told by colour alone.
 */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfaf7, #16181c);
  --card: light-dark(#ffffff, #1f2228);
  --text: light-dark(#1d2025, #e8e6e1);
  --quiet: light-dark(#575d66, #a9afb8);
  --line: light-dark(#d9d6ce, #3a3f47);
  --link: light-dark(#0b5394, #8ab8f0);
  --mark-ground: light-dark(#fff0c2, #4a3b06);
  --mark-text: light-dark(#5c4300, #ffe08a);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 68rem;
  padding: 1.5rem;
  background: var(--ground);
  color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif;
}
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0 2rem; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
h4 { font-size: 1rem; margin: 1rem 0 0; }
p { margin: .25rem 0; }
a { color: var(--link); }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
footer { margin-top: 2rem; color: var(--quiet); }
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin-bottom: 1rem; }
article dl { margin-top: .75rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .5rem 1.5rem; margin: 0; }
dt { color: var(--quiet); font-size: .875rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.mark, .simulated { background: var(--mark-ground); color: var(--mark-text); border-radius: .25rem; }
.mark { padding: .1rem .4rem; font-size: .8rem; font-weight: 600; vertical-align: middle; }
.simulated { padding: .75rem 1rem; margin: 1rem 0; }
.attention { border-left: .25rem solid var(--mark-text); padding-left: .75rem; margin-top: .75rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 1.5rem; }
caption { text-align: left; color: var(--quiet); font-size: .875rem; padding-bottom: .25rem; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); font-weight: normal; }
thead th { color: var(--quiet); font-size: .875rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font: .95em ui-monospace, monospace; }
.scrolling { overflow-x: auto; }
.scrolling:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
`;
