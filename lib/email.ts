/** What two e-mail addresses have in common that count as the same (the contract, "user": compared case-insensitively). */
export function emailKey(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}
