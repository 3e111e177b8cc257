export interface EndpointRequest {
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  /** Begins with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Until the answer is there, over all addresses that are tried. */
  readonly timeoutMilliseconds: number;
  /** Whether it may be sent again when nobody knows what came of it. */
  readonly repeatable: boolean;
}

export interface EndpointAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** No answer: refused everywhere, broken off, or too late. Whether the request took effect is not known, unless it could be repeated. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** The processes of one service, each at its address; they take turns. */
export interface Endpoint {
  /** @throws {NoAnswer} */
  send(request: EndpointRequest): Promise<EndpointAnswer>;
  /** Ends at once; requests under way are broken off. */
  close(): Promise<void>;
}
