import type { IncomingMessage } from 'node:http';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { ClientGrant } from '../clients/client-service.ts';
import type { Revocations } from '../sessions/revocations.ts';
import type { Account, RefreshToken } from '../sessions/session.ts';
import type { Person } from './oauth-artifacts.ts';

/** What is known of an OAuth request beside what the engine carries. Lives as long as the request. */
export interface Flow {
  /** When it began, before anybody was asked anything: the date of its tokens. */
  readonly begun: number;
  /** Null where it is not known. */
  readonly clientAddress: string | null;
  /** Who the code or the browser's sign-in, by which the request came, speaks for. */
  person?: Person;
  /** Who goes on, as the other services say now. */
  account?: Account;
  /** When that person proved who it is. */
  provenAt?: number;
  /** What a program gets that asks for itself. */
  clientGrant?: ClientGrant;
  /** The refresh token that this request is to answer. */
  next?: RefreshToken;
}

/** A request as a route hands it to the engine. */
export interface EngineRequest extends IncomingMessage {
  clientAddress?: string;
}

interface EngineContext {
  readonly req: EngineRequest;
}

export type Flows = ReturnType<typeof createFlows>;

export function createFlows(revocations: Revocations) {
  const flows = new WeakMap<object, Flow>();

  function of(context: EngineContext): Flow {
    const known = flows.get(context) ?? {
      begun: revocations.begin(),
      clientAddress: context.req.clientAddress ?? null,
    };
    flows.set(context, known);
    return known;
  }

  return {
    of,
    /** Of the request that the engine is answering: its models do not hand the request on. */
    current(): { context: KoaContextWithOIDC; flow: Flow } {
      const context = Provider.ctx;
      if (context === undefined) throw new Error('outside of a request to the OAuth engine');
      return { context, flow: of(context) };
    },
    /** The same; `undefined` where a page of our own uses the engine. */
    currentOrNone(): Flow | undefined {
      return Provider.ctx === undefined ? undefined : of(Provider.ctx);
    },
  };
}
