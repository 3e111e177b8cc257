import { badUserInput } from '#lib/errors.ts';
import type { NumericAggregation } from './aggregation.ts';

/** What is counted. */
export interface Meter {
  readonly name: string;
  readonly unit: string;
  readonly aggregation: NumericAggregation;
}

/** The meters that exist from the start (the contract, "metrics"). */
export const METERS: readonly Meter[] = [
  { name: 'compute', unit: 'cpu-seconds', aggregation: 'SUM' },
  { name: 'memory', unit: 'gigabyte-hours', aggregation: 'SUM' },
  { name: 'apis', unit: 'requests', aggregation: 'SUM' },
];

const BY_NAME: ReadonlyMap<string, Meter> = new Map(METERS.map((meter) => [meter.name, meter]));

export function findMeter(name: string): Meter | undefined {
  return BY_NAME.get(name);
}

/**
 * The meters of these names, every one where no names are given.
 *
 * @throws {AppError} `BAD_USER_INPUT` with field `meters`
 */
export function selectMeters(names: readonly string[] | null | undefined): readonly Meter[] {
  if (names == null) return METERS;
  if (names.some((name) => !BY_NAME.has(name))) throw badUserInput('meters', 'meters names one that does not exist.');
  return METERS.filter(({ name }) => names.includes(name));
}
