/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Part = string | Html | readonly Html[] | undefined | false;

/** HTML from a template: every value is escaped, unless it is HTML itself; what is `undefined` or false leaves nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const filled = texts.map((text, index) => text + (index < parts.length ? partOf(parts[index]) : ''));
  return { html: filled.join('') };
}

function partOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if ('html' in part) return part.html;
  return part.map((each) => each.html).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
