import { parseCustomerName } from '#lib/customer-name.ts';
import { badUserInput } from '#lib/errors.ts';
import type { OffboardInput, OnboardInput } from './resolvers.generated.ts';

const MAX_ADDRESS = 1_000;
const MAX_EMAIL_OCTETS = 254; // RFC 5321, section 4.5.3.1.3, less the angle brackets

/** What an onboarding is asked for, as it is kept. */
export type Order = Pick<OnboardInput, 'customerName' | 'email' | 'billingAddress' | 'tier'>;

/** @throws {AppError} `BAD_USER_INPUT` with the path of what is not acceptable */
export function parseOrder(input: OnboardInput): Order {
  const customerName = parseCustomerName(input.customerName, 'input.customerName');
  if (Buffer.byteLength(input.email) > MAX_EMAIL_OCTETS) {
    throw badUserInput('input.email', `An e-mail address has ${MAX_EMAIL_OCTETS} octets at most.`);
  }
  const billingAddress = input.billingAddress.trim();
  const length = [...billingAddress].length;
  if (length < 1 || length > MAX_ADDRESS || !billingAddress.isWellFormed()) {
    throw badUserInput('input.billingAddress', `A billing address has 1 to ${MAX_ADDRESS} characters.`);
  }
  return { customerName, email: input.email, billingAddress, tier: input.tier };
}

/** Which customer leaves. @throws {AppError} `BAD_USER_INPUT` unless exactly one of the two is given */
export function parseDeparture(input: OffboardInput): { readonly tenantId: string } | { readonly name: string } {
  const { tenantId, customerName } = input;
  if ((tenantId == null) === (customerName == null)) {
    throw badUserInput('input', 'Give exactly one of tenantId and customerName.');
  }
  return tenantId == null ? { name: parseCustomerName(customerName ?? '', 'input.customerName') } : { tenantId };
}
