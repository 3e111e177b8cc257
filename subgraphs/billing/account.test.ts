import { describe, expect, it } from 'vitest';
import { parseAddress } from './account.ts';

describe('a billing address', () => {
  it('is trimmed and may have several lines', () => {
    expect(parseAddress('  Main Street 1\r\n\tSpringfield\n', 'address')).toBe('Main Street 1\r\n\tSpringfield');
  });

  it('has 1 to 1,000 characters, however they are encoded', () => {
    expect(parseAddress('𝒜'.repeat(1000), 'address')).toHaveLength(2000);
    for (const address of ['', ' \n ', 'x'.repeat(1001), 'a\u0000b', 'a\u007f', 'a\ud800']) {
      expect(() => parseAddress(address, 'input.address')).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT', details: { field: 'input.address' } }),
      );
    }
  });
});
