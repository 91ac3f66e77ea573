import type { Config } from '../platform/config/config.schema.js';
import { isLoopbackHost } from '../platform/config/loopback-host.js';

const PORT = /:(\d+)$/;

/** Where clients reach the gateway by https, as far as it can know that by itself. */
export class GatewayAddress {
  readonly #server: string | undefined;
  readonly #host: string;
  #port: number | undefined;

  constructor({ listen, kubectl }: Pick<Config, 'listen' | 'kubectl'>) {
    this.#server = kubectl.server;
    this.#host = listen.host;
    this.#port = listen.tls?.port;
  }

  /** Takes the URL of the https listener: a port of 0 stands for one that is known only then. */
  listensAt(url: string): void {
    this.#port = portOf(url);
  }

  /** Undefined where others reach it, and nobody has said how. */
  get url(): string | undefined {
    if (this.#server !== undefined) return this.#server;
    return this.#port === undefined ? undefined : loopbackUrl(this.#host, this.#port);
  }
}

/** The port of a listener's URL, whose host may be a bare IPv6 address. */
export function portOf(url: string): number | undefined {
  const [, port] = PORT.exec(url) ?? [];
  return port === undefined ? undefined : Number(port);
}

/** URL of an https listener on this machine alone; undefined where its host is another. */
export function loopbackUrl(host: string, port: number): string | undefined {
  if (!isLoopbackHost(host)) return undefined;
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
