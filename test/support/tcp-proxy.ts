import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands before a server, and comes between. */
export interface TcpProxy {
  /** `127.0.0.1:PORT`, also while it is cut. */
  readonly address: string;
  /** Forwards nothing any more, on new connections neither, and says nothing about it: a cable that was pulled. */
  hang(): void;
  /** Ends every connection and refuses new ones: a server that has died. */
  cut(): Promise<void>;
  /** Forwards again. What was under way while it hung stays lost. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** @param target host and port of the server */
export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  let forwards = true;
  const server = createServer((client) => {
    track(client);
    if (!forwards) return;
    const upstream = connect(target);
    track(upstream);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('data', (bytes) => forwards && to.writable && to.write(bytes));
      from.on('close', () => to.destroy());
    }
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    hang() {
      forwards = false;
    },
    cut: stop,
    async resume() {
      if (!forwards) for (const socket of sockets) socket.destroy();
      forwards = true;
      if (!server.listening) await listen(port);
    },
    close: stop,
  };
}
