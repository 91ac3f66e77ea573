import type { Config } from '../platform/config/config.schema.js';
import { compileEgress } from '../platform/outbound/domain/egress-rules.js';
import { Egress } from '../platform/outbound/egress.js';

/** Returns the permitted destinations of rotation: those in the settings, never the API server. */
export function egressOf({ allow, deny }: Config['rotation']['egress'], apiServer: URL): Egress {
  const hosts = allow.map(({ host, port, addresses }) => ({
    host,
    ...(port !== undefined && { port }),
    ...(addresses !== undefined && { addresses }),
  }));
  return new Egress(compileEgress({ allow: hosts, deny }, [addressOf(apiServer)]));
}

function addressOf(server: URL): { readonly host: string; readonly port: number } {
  const usual = server.protocol === 'https:' ? 443 : 80;
  const host = server.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: server.port === '' ? usual : Number(server.port) };
}
