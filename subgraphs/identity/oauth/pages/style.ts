/** The one style of all pages. Contrasts are 4.5 to 1 at least for text and 3 to 1 for borders (WCAG 2.2, 1.4.3, 1.4.11). */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f2f4f7; --card: #ffffff; --text: #1a1d21; --muted: #555d67; --line: #6b7480;
  --accent: #0b57d0; --on-accent: #ffffff; --error: #a50e0e; --error-back: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111417; --card: #1b1f24; --text: #e6e8eb; --muted: #aab2bc; --line: #8b939d;
    --accent: #8ab4f8; --on-accent: #0d1f3c; --error: #f8b4ae; --error-back: #3b1513;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
}
main {
  width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border-radius: 0.75rem;
  box-shadow: 0 1px 3px #0003; overflow-wrap: break-word;
}
@media (max-width: 30rem) { main { padding: 1.25rem; } }
h1 { margin: 0 0 0.25rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
p.muted, .hint { color: var(--muted); }
.hint { margin: 0.25rem 0 0; font-size: 0.875rem; }
.field { margin: 1.25rem 0 0; }
label { display: block; margin-bottom: 0.25rem; font-weight: 600; }
input {
  width: 100%; padding: 0.625rem 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem;
  background: var(--card); color: var(--text); font: inherit;
}
input[aria-invalid="true"] { border-color: var(--error); border-width: 2px; }
.error {
  margin: 1rem 0 0; padding: 0.75rem 1rem; border-left: 4px solid var(--error); border-radius: 0.25rem;
  background: var(--error-back); color: var(--error);
}
button {
  width: 100%; min-height: 2.75rem; margin-top: 1.5rem; padding: 0.5rem 1rem; border: 1px solid var(--accent);
  border-radius: 0.5rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer;
}
button.quiet { margin-top: 0.75rem; background: transparent; color: var(--accent); }
p.below { margin: 1.25rem 0 0; text-align: center; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
