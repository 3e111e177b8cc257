export interface Compared {
  /** Medians, in milliseconds. */
  readonly first: number;
  readonly second: number;
  readonly alike: boolean;
}

/**
 * How long two things take, by interleaved samples, so that what else the machine does slows both. They are alike when the
 * medians, or the lower quartiles, which a busy machine disturbs less, differ by no more than a share of the larger, or by
 * no more than a floor below which nobody outside can tell. Chance has several tries: what truly differs fails each of them.
 *
 * @param options.floor in milliseconds
 */
export async function compareTimes(
  first: (sample: number) => Promise<unknown>,
  second: (sample: number) => Promise<unknown>,
  options: { samples: number; share: number; floor: number; tries?: number },
): Promise<Compared> {
  const { samples, share, floor, tries = 6 } = options;
  let compared: Compared = { first: 0, second: 0, alike: false };
  for (let attempt = 0; attempt < tries && !compared.alike; attempt++) {
    const times: [number[], number[]] = [[], []];
    for (let n = 0; n < samples; n++) {
      const sample = attempt * samples + n;
      const order = n % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
      for (const which of order) times[which].push(await timed(() => (which === 0 ? first : second)(sample)));
    }
    const alike = [0.5, 0.25].some((part) => {
      const [one, two] = [quantile(times[0], part), quantile(times[1], part)];
      return Math.abs(one - two) <= Math.max(floor, share * Math.max(one, two));
    });
    compared = { first: quantile(times[0], 0.5), second: quantile(times[1], 0.5), alike };
  }
  return compared;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function quantile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length * part)] ?? 0;
}
