import { describe, expect, it } from 'vitest';
import { html } from './html.ts';
import { page } from './page.ts';
import { STYLE } from './style.ts';

/** What stands on what, by the names of the style's colours, and how much it must stand out (WCAG 2.2, 1.4.3 and 1.4.11). */
const CONTRASTS: readonly [text: string, ground: string, least: number][] = [
  ['text', 'card', 4.5],
  ['muted', 'card', 4.5],
  ['accent', 'card', 4.5],
  ['on-accent', 'accent', 4.5],
  ['error', 'error-back', 4.5],
  ['error', 'card', 3],
  ['line', 'card', 3],
];

describe('the style', () => {
  const [light = '', dark = ''] = STYLE.split('@media (prefers-color-scheme: dark)');

  it.each([
    ['light', light],
    ['dark', dark],
  ])('has colours that stand out (%s)', (_, css) => {
    const colours = Object.fromEntries(
      [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex]),
    );
    for (const [text, ground, least] of CONTRASTS) {
      const ratio = contrast(colours[text] ?? '', colours[ground] ?? '');
      expect([text, ground, ratio >= least]).toEqual([text, ground, true]);
    }
  });
});

describe('a page', () => {
  it('escapes whatever is put into it, in text and in attributes', () => {
    const hostile = `"><script>alert('x')</script>&`;
    const { body } = page({ title: hostile, main: html`<p title="${hostile}">${hostile}</p>` });
    expect(body).not.toContain('<script');
    expect(body.match(/&quot;&gt;&lt;script&gt;alert\(&#39;x&#39;\)&lt;\/script&gt;&amp;/g)).toHaveLength(3);
  });

  it('lets forms lead to the origins that are named, and nowhere else', () => {
    const { headers } = page({
      title: 'x',
      main: html``,
      formTargets: ['https://shop.example/a?b', 'https://shop.example/c'],
    });
    expect(headers['content-security-policy']).toContain("form-action 'self' https://shop.example;");
  });
});

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(hex: string): number {
  if (!/^#[0-9a-f]{6}$/.test(hex)) throw new Error(`not a colour: ${JSON.stringify(hex)}`);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
