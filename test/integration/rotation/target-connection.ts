import { SecretValue } from '../../../src/core/secret-value.js';
import type { Login, TargetConnection } from '../../../src/rotation/domain/password-target.js';
import type { TlsSpec } from '../../../src/rotation/domain/rotation-spec.js';

export interface ConnectionOptions {
  readonly port: number;
  readonly ca: string | undefined;
  readonly address?: string;
  readonly serverName?: string;
  readonly mode?: TlsSpec['mode'];
}

/** A connection to a server on loopback, as if egress rules had allowed it. */
export function targetConnection(options: ConnectionOptions): TargetConnection {
  const { port, ca, address = '127.0.0.1', serverName = 'db.test', mode = 'verify-full' } = options;
  return {
    ca,
    server: {
      host: serverName,
      port,
      tls: { mode, caSecret: undefined, serverName: undefined },
      adminSecret: {
        name: 'admin',
        username: undefined,
        usernameKey: 'username',
        passwordKey: 'password',
      },
      usernames: ['app'],
      usernameKey: undefined,
      passwordKey: 'password',
      allowPrivileged: false,
    },
    resolve: () => Promise.resolve({ address, port, serverName }),
  };
}

export function secret(text: string): SecretValue {
  const value = SecretValue.fromText(text);
  if (value === undefined) throw new Error('not a text');
  return value;
}

export function login(username: string, password: string): Login {
  return { username, password: secret(password) };
}

/** Passwords of threats.md G10: what shells, URLs, SQL and drivers stumble over. */
export const AWKWARD_PASSWORDS = [
  `'"\\%$@:/#? plain`,
  `-leading --dashes`,
  `>#!<&~*+@all nopass`,
  `{"$gt":""} ; DROP`,
  `%00%0d%0a$(id)\`id\``,
  `üñ€𝄞 password`,
] as const;

/** Never ends by itself. */
export function patience(): AbortSignal {
  return new AbortController().signal;
}
