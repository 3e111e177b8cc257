import type { Graph } from '../graph.ts';
import type { Random } from '../random.ts';
import { read } from './reading.ts';
import type { Ending } from './tally.ts';

interface Person {
  readonly tenantId: string;
  readonly email: string;
  readonly idempotencyKey: string;
  /** Whether an invitation was ever answered. */
  invited: boolean;
  token: string | undefined;
  /** Whether the password is set, as far as the answers say. */
  accepted: 'no' | 'unknown' | 'yes';
}

const INVITE = `mutation($input: InviteUserInput!) { inviteUser(input: $input) { user { email } invitation { token } } }`;
const ACCEPT = `mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { user { email } } }`;
const SIGN_IN = `mutation($input: SignInInput!) { signIn(input: $input) { accessToken user { email } } }`;
const PASSWORD = 'a password of some length';
/** Of one tenant: its first page shows all. */
const MOST = 80;

/** Users of some tenants, as they were invited, set their passwords and sign in. */
export class People {
  readonly #graph: Graph;
  readonly #violations: string[];
  readonly #all: Person[] = [];
  readonly #name: string;

  constructor(graph: Graph, violations: string[], name: string) {
    this.#graph = graph;
    this.#violations = violations;
    this.#name = name;
  }

  /** Somebody new, while there is room. */
  invitable(tenantId: string): Person | undefined {
    if (this.of(tenantId).length >= MOST) return undefined;
    const number = this.#all.length;
    const email = `${this.#name}.${number}@invited.example`;
    const idempotencyKey = `${this.#name}-invite-${number}`;
    const person: Person = { tenantId, email, idempotencyKey, invited: false, token: undefined, accepted: 'no' };
    this.#all.push(person);
    return person;
  }

  acceptable(random: Random): Person | undefined {
    return random.pick(this.#all.filter(({ token, accepted }) => token !== undefined && accepted === 'no'));
  }

  known(random: Random): Person | undefined {
    return random.pick(this.#all.filter(({ accepted }) => accepted === 'yes'));
  }

  of(tenantId: string): readonly Person[] {
    return this.#all.filter((person) => person.tenantId === tenantId);
  }

  get count(): number {
    return this.#all.length;
  }

  async invite(person: Person): Promise<Ending> {
    const { tenantId, email, idempotencyKey } = person;
    const input = { tenantId, email, role: 'TENANT_MEMBER', idempotencyKey };
    type Answer = { inviteUser: { user: { email: string }; invitation: { token: string } | null } };
    const { data, ending } = await read<Answer>(this.#graph, 'inviteUser', INVITE, { input }, this.#violations);
    if (data === null || data.inviteUser === null) return ending;
    if (data.inviteUser.user.email !== email) this.#violations.push(`${email} was invited as another`);
    person.invited = true;
    person.token ??= data.inviteUser.invitation?.token;
    return ending;
  }

  async accept(person: Person): Promise<Ending> {
    const { email, token } = person;
    const wasTried = person.accepted === 'unknown';
    const input = { token, password: PASSWORD };
    const options = { token: null, alsoRight: wasTried ? ['UNAUTHENTICATED'] : [] };
    person.accepted = 'unknown';
    const reading = await read<unknown>(this.#graph, `${email} accepts`, ACCEPT, { input }, this.#violations, options);
    // A token that is used up was used by the attempt before, of which nothing was heard.
    if (reading.ending === 'answered' && (reading.code === undefined || wasTried)) person.accepted = 'yes';
    return reading.ending;
  }

  /** Who has set a password can sign in, at any time. */
  async signIn({ email }: Person): Promise<Ending> {
    const input = { email, password: PASSWORD };
    const options = { token: null };
    return (await read(this.#graph, `${email} signs in`, SIGN_IN, { input }, this.#violations, options)).ending;
  }

  /** Until everybody was invited, and whoever may have a password has one; then they sign in. */
  async settle(): Promise<void> {
    for (const person of this.#all) {
      await insist(
        () => !person.invited,
        () => this.invite(person),
      );
      if (!person.invited) this.#violations.push(`${person.email} is never invited`);
      await insist(
        () => person.accepted === 'unknown',
        () => this.accept(person),
      );
      if (person.accepted !== 'yes') continue;
      let ending: Ending = 'failed';
      await insist(
        () => ending === 'failed',
        async () => (ending = await this.signIn(person)),
      );
      if (ending === 'failed') this.#violations.push(`${person.email} cannot sign in`);
    }
  }
}

async function insist(isNeeded: () => boolean, act: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 10 && isNeeded(); attempt++) await act();
}
