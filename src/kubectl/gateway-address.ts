import type { Config } from '../platform/config/config.schema.js';
import { isLoopbackHost } from '../platform/config/loopback-host.js';

const PORT = /:(\d+)$/;

/** Address at which clients access the gateway by https, if it can know the address itself. */
export class GatewayAddress {
  readonly #server: string | undefined;
  readonly #host: string;
  #port: number | undefined;

  constructor({ listen, kubectl }: Pick<Config, 'listen' | 'kubectl'>) {
    this.#server = kubectl.server;
    this.#host = listen.host;
    this.#port = listen.tls?.port;
  }

  /** Takes the URL of the https listener: a port of 0 represents a port that is known only then. */
  listensAt(url: string): void {
    this.#port = portOf(url);
  }

  /** Returns the URL; undefined if other machines access it, and no address is configured. */
  get url(): string | undefined {
    if (this.#server !== undefined) return this.#server;
    return this.#port === undefined ? undefined : loopbackUrl(this.#host, this.#port);
  }
}

/** Returns the port of a listener's URL, whose host may be a bare IPv6 address. */
export function portOf(url: string): number | undefined {
  const [, port] = PORT.exec(url) ?? [];
  return port === undefined ? undefined : Number(port);
}

/** Returns the URL of a listener on this machine alone; undefined if its host is another. */
export function loopbackUrl(host: string, port: number): string | undefined {
  if (!isLoopbackHost(host)) return undefined;
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
