import { describe, expect, it } from 'vitest';
import { allowances, BadPriceList, defaultPriceList, parsePriceList, planOf, TIERS } from './plan.ts';

describe('the default price list', () => {
  it('is that of the contract', () => {
    const table = TIERS.map((tier) => {
      const { baseFee, meters } = planOf(defaultPriceList, tier);
      const bands = meters.map((one) => [
        one.included,
        one.quota,
        ...one.bands.flatMap((band) => [band.unitPrice, band.upTo]),
      ]);
      return [tier, baseFee, ...meters.map(({ meter }, index) => [meter, ...(bands[index] ?? [])])];
    });
    const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });
    expect(table).toEqual([
      ['FREE', usd(0), ['compute', '10000', '10000'], ['memory', '100', '100'], ['apis', '10000', '10000']],
      [
        'STANDARD',
        usd(4900),
        ['compute', '100000', null, '0.00005', null],
        ['memory', '1000', null, '0.01', null],
        ['apis', '1000000', null, '0.000002', '10000000', '0.000001', null],
      ],
      [
        'PREMIUM',
        usd(49900),
        ['compute', '1000000', null, '0.00004', null],
        ['memory', '10000', null, '0.008', null],
        ['apis', '10000000', null, '0.0000015', '100000000', '0.0000008', null],
      ],
    ]);
  });

  it('tells what a plan gives', () => {
    expect(allowances(planOf(defaultPriceList, 'FREE'))).toEqual([
      { meter: 'compute', included: '10000', quota: '10000' },
      { meter: 'memory', included: '100', quota: '100' },
      { meter: 'apis', included: '10000', quota: '10000' },
    ]);
    expect(allowances(planOf(defaultPriceList, 'STANDARD')).map(({ quota }) => quota)).toEqual([null, null, null]);
  });
});

describe('a price list of an operator', () => {
  it('may have its own meters, currency and prices, decimals as strings or numbers', () => {
    const list = parsePriceList(JSON.stringify({ plans: TIERS.map((tier) => plan({ tier })) }));
    expect(list.currency).toBe('EUR');
    expect(planOf(list, 'PREMIUM').meters).toEqual([
      {
        meter: 'seats',
        included: '5',
        quota: null,
        bands: [
          { upTo: '10.5', unitPrice: '2.5' },
          { upTo: null, unitPrice: '0.0000001' },
        ],
      },
    ]);
  });

  it('can be the answer of the query `plans`, as it is', () => {
    const { plans } = defaultPriceList;
    expect(parsePriceList(JSON.stringify({ plans }))).toEqual(defaultPriceList);
  });

  it.each<[string, unknown, string[]]>([
    [
      'is empty',
      {},
      [
        '$.plans: Invalid input: expected array, received undefined',
        '$.plans: there must be a plan for each of FREE, STANDARD, PREMIUM',
      ],
    ],
    [
      'lacks a tier',
      { plans: [plan({}), plan({ tier: 'FREE' })] },
      ['$.plans: there must be a plan for each of FREE, STANDARD, PREMIUM'],
    ],
    [
      'has a tier twice',
      { plans: [...TIERS.map((tier) => plan({ tier })), plan({})] },
      ['$.plans: a tier must not have two plans'],
    ],
    [
      'mixes currencies',
      {
        plans: [
          ...TIERS.slice(1).map((tier) => plan({ tier })),
          plan({ tier: 'FREE', baseFee: { amountMinor: 0, currency: 'USD' } }),
        ],
      },
      ['$.plans: all base fees must be in one currency'],
    ],
    ['names a meter twice', withMeters(meter({}), meter({})), ['$.plans[0].meters: a meter must not be named twice']],
    [
      'leaves use beyond the last band without a price',
      withMeters(meter({ bands: [{ upTo: 10, unitPrice: 1 }] })),
      [
        '$.plans[0].meters[0].bands: the last band, and no other, must have upTo null: what lies beyond would not be billed',
      ],
    ],
    [
      'has bands that do not ascend',
      withMeters(
        meter({
          bands: [
            { upTo: 20, unitPrice: 1 },
            { upTo: '20.0', unitPrice: 1 },
            { upTo: null, unitPrice: 1 },
          ],
        }),
      ),
      ['$.plans[0].meters[0].bands: each upTo must be over the one before, the first over what is included'],
    ],
    [
      'has a band within what is included',
      withMeters(
        meter({
          included: 10,
          bands: [
            { upTo: 9, unitPrice: 1 },
            { upTo: null, unitPrice: 1 },
          ],
        }),
      ),
      ['$.plans[0].meters[0].bands: each upTo must be over the one before, the first over what is included'],
    ],
    ['has a misspelt key', withMeters({ ...meter({}), qouta: 5 }), ['$.plans[0].meters[0]: Unrecognized key: "qouta"']],
  ])('is refused when it %s', (_, json, faults) => {
    expect(faultsOf(JSON.stringify(json))).toEqual(faults);
  });

  it('is refused with all its faults at once', () => {
    const bad = plan({
      tier: 'GOLD',
      name: ' ',
      baseFee: { amountMinor: 1.5, currency: 'EURO' },
      meters: [meter({ included: -1, quota: 'many', bands: [{ unitPrice: '1e400' }] }), meter({})],
    });
    expect(faultsOf(JSON.stringify({ plans: [bad] }))).toEqual([
      '$.plans[0].tier: must be one of FREE, STANDARD, PREMIUM',
      '$.plans[0].name: must not be empty',
      '$.plans[0].baseFee.amountMinor: must be a whole number of minor units',
      '$.plans[0].baseFee.currency: must be a currency code (ISO 4217)',
      '$.plans[0].meters[0].included: must not be negative',
      '$.plans[0].meters[0].quota: must be a decimal number such as "12.5"',
      '$.plans[0].meters[0].bands[0].upTo: must be a decimal number: a string or a finite number',
      '$.plans[0].meters[0].bands[0].unitPrice: must have at most 20 digits before the point',
      '$.plans[0].meters: a meter must not be named twice',
      '$.plans: there must be a plan for each of FREE, STANDARD, PREMIUM',
    ]);
  });

  it.each(['', '{', 'null', '[]', '3', '"plans"', '{"plans":3}', '{"plans":[null,3,[]]}', '{"plans":[{"meters":3}]}'])(
    'is refused, not a crash, when the file holds %s',
    (text) => {
      expect(faultsOf(text).length).toBeGreaterThan(0);
    },
  );
});

function faultsOf(text: string): readonly string[] {
  try {
    parsePriceList(text);
  } catch (error) {
    if (error instanceof BadPriceList) return error.faults;
    throw error;
  }
  return [];
}

function plan(given: object): object {
  return {
    tier: 'STANDARD',
    name: 'Any',
    baseFee: { amountMinor: 900, currency: 'EUR' },
    meters: [meter({})],
    ...given,
  };
}

function meter(given: object): object {
  const bands = [
    { upTo: 10.5, unitPrice: '2.50' },
    { upTo: null, unitPrice: 1e-7 },
  ];
  return { meter: 'seats', included: 5, quota: null, bands, ...given };
}

function withMeters(...meters: object[]): object {
  return { plans: [plan({ meters }), plan({ tier: 'FREE' }), plan({ tier: 'PREMIUM' })] };
}
