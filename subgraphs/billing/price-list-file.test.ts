import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '#lib/config.ts';
import { defaultPriceList } from './plan.ts';
import { loadPriceList } from './price-list-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plans-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the price list', () => {
  it('is the default one where no file is named', async () => {
    expect(await loadPriceList(undefined)).toEqual(defaultPriceList);
  });

  it('is that of the file', async () => {
    const plans = defaultPriceList.plans.map((plan) => ({ ...plan, name: `${plan.name} XL` }));
    expect((await loadPriceList(await file(JSON.stringify({ plans })))).plans).toEqual(plans);
  });

  it.each([
    ['is not JSON', '{', ['PLANS_FILE it is not JSON']],
    [
      'has several faults',
      '{"plans":[],"more":1}',
      [
        'PLANS_FILE $: Unrecognized key: "more"',
        'PLANS_FILE $.plans: there must be a plan for each of FREE, STANDARD, PREMIUM',
      ],
    ],
  ])('of a file that %s is refused with a line per fault', async (_, text, faults) => {
    const loading = loadPriceList(await file(text));
    await expect(loading).rejects.toThrow(ConfigError);
    await expect(loading).rejects.toMatchObject({ faults });
  });

  it('of a file that cannot be read is refused in one line that does not repeat where it is', async () => {
    await expect(loadPriceList(join(folder, 'none'))).rejects.toMatchObject({ faults: ['PLANS_FILE is not there'] });
    await expect(loadPriceList(folder)).rejects.toMatchObject({ faults: ['PLANS_FILE cannot be read (EISDIR)'] });
  });
});

async function file(text: string): Promise<string> {
  const path = join(folder, 'plans.json');
  await writeFile(path, text);
  return path;
}
