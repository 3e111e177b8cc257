/** Prints what happened as a person reads it. */
export interface Printer {
  title(text: string): void;
  line(text: string): void;
  row(name: string, text: string): void;
}

const NAME_WIDTH = 16;

export function createPrinter(out: NodeJS.WritableStream): Printer {
  return {
    title: (text) => void out.write(`\n${text}\n${'─'.repeat(text.length)}\n`),
    line: (text) => void out.write(`  ${text}\n`),
    row: (name, text) => void out.write(`  ${name.padEnd(NAME_WIDTH)}${text}\n`),
  };
}

/** `amountMinor` of a two-digit currency as people write it: 4900 → `49.00 USD`. */
export function money(amountMinor: number, currency = 'USD'): string {
  return `${(amountMinor / 100).toFixed(2)} ${currency}`;
}

/** A quantity with commas between the thousands. */
export function quantity(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
