import type { Credential } from './people/credential.ts';

/** A platform administrator. */
export interface AdministratorDocument extends Credential {
  /** See `emailKey`. */
  readonly emailKey: string;
  readonly administratorId: string;
  readonly email: string;
  readonly createdAt: string;
}
