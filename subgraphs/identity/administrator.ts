/** A platform administrator. */
export interface AdministratorDocument {
  /** See `emailKey`. */
  readonly emailKey: string;
  readonly administratorId: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly createdAt: string;
}
