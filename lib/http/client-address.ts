import type { FastifyRequest } from 'fastify';

const forwarded = new WeakMap<FastifyRequest, string>();

/** The address that a request came from, also where another process of the project carried it on. */
export function clientAddressOf(request: FastifyRequest): string {
  return forwarded.get(request) ?? request.ip;
}

/** @param address as a process says that may speak for others; nobody else is asked */
export function forwardedFrom(request: FastifyRequest, address: string): void {
  forwarded.set(request, address);
}
