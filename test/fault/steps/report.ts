export interface Tally {
  readonly scenario: string;
  tried: number;
  /** Faults that did not come to pass: the step was not gone through so often. */
  missed: number;
  violations: number;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A row per scenario and the totals. */
export function printTable(tallies: readonly Tally[]): void {
  const width = Math.max(...tallies.map(({ scenario }) => scenario.length), 8);
  const row = (name: string, ...cells: (string | number)[]) =>
    print(`  ${name.padEnd(width)}${cells.map((cell) => String(cell).padStart(12)).join('')}`);
  print('');
  row('scenario', 'faults', 'not reached', 'violations');
  for (const { scenario, tried, missed, violations } of tallies) row(scenario, tried, missed, violations);
  const sum = (field: 'tried' | 'missed' | 'violations') => tallies.reduce((total, tally) => total + tally[field], 0);
  row('total', sum('tried'), sum('missed'), sum('violations'));
}
