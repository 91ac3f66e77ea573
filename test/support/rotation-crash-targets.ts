import { randomBytes } from 'node:crypto';
import {
  type HttpsReceiver,
  answerJson,
  startHttpsReceiver,
} from '../integration/rotation/https-receiver.js';
import type { CrashServer, Proof } from './rotation-crash-servers.js';

/** Texts of a Secret by key. */
export type Values = Readonly<Record<string, string>>;

/** Something whose credential is rotated, looked at past the gateway. */
export interface CrashTarget {
  readonly name: string;
  /** Where it is reached, on loopback; undefined: nowhere. */
  readonly port: number | undefined;
  /** A client never finds the Secret's values refused. */
  readonly hasOverlap: boolean;
  /** Makes who logs in; `port`: by which the gateway reaches it. */
  prepare(place: { readonly port: number; readonly namespace: string }): Promise<Prepared>;
  /** Whether it lets in whoever has these values. */
  letsIn(values: Values): Promise<boolean>;
  /** Whether a transaction of it waits for its client, after a change. */
  isHalfway(): Promise<boolean>;
  /** Another text after every change that the target was asked for. */
  touched(): Promise<string>;
  /** From now on tells of every password that it is told of. */
  watch(): Promise<TargetWatch>;
}

/** By user; empty, where there are none. */
export type Proofs = ReadonlyMap<string, readonly Proof[]>;
export type TargetWatch = () => Promise<Proofs>;

export interface Prepared {
  readonly secrets: Readonly<Record<string, Values>>;
  readonly spec: object;
}

/** Secrets of a rotation's namespace. */
const names = { rotated: 'app', admin: 'target-admin', ca: 'target-ca' } as const;
export const rotatedSecret = names.rotated;

const common = {
  generate: [{ key: 'password', password: { length: 32 } }],
  retireAfter: '0s',
  consumers: { restart: 'auto', wait: false },
  historyLimit: 5,
};
const tls = { caSecret: { name: names.ca, key: 'ca.crt' } };

const newPassword = (): string => `first-${randomBytes(12).toString('hex')}`;

type Kind = 'postgresql' | 'mysql' | 'redis' | 'mongodb';
type Strategy = 'alternatingUsers' | 'singleUser' | 'dual';

export interface ServerTargetSettings {
  readonly kind: Kind;
  readonly strategy: Strategy;
  readonly of: CrashServer;
  /** Tells its users from those of others at the same server. */
  readonly id: string;
}

export function serverTarget({ kind, strategy, of, id }: ServerTargetSettings): CrashTarget {
  const { server, detail } = of;
  const [first, second] = [`app_a_${id}`, `app_b_${id}`];
  const users = [first, second];
  return {
    name: `${kind}, ${strategy}`,
    port: server.port,
    hasOverlap: strategy !== 'singleUser',
    async prepare({ port }) {
      const password = newPassword();
      await of.makeUser(first, password);
      const place = { host: server.host, port, tls, adminSecret: { name: names.admin } };
      const keys = { usernameKey: 'username', passwordKey: 'password' };
      const whose = strategy === 'alternatingUsers' ? { usernames: users } : { username: first };
      return {
        secrets: {
          [names.rotated]: { username: first, password },
          [names.admin]: server.admin,
          [names.ca]: { 'ca.crt': server.ca },
        },
        spec: {
          ...{ ...common, strategy },
          target: { [kind]: { ...place, ...detail, ...whose, ...keys } },
        },
      };
    },
    letsIn: ({ username = '', password = '' }) => of.logsIn(username, password),
    isHalfway: () => of.isHalfway(users),
    touched: () => of.touched(users),
    async watch() {
      const watch = await of.watch(users);
      return async () => {
        const found = users.map(async (user) => [user, await watch(user)] as const);
        return new Map(await Promise.all(found));
      };
    },
  };
}

/** Nothing but the Secret knows the value. `more`: of the spec. */
export function noTarget(more: object = {}): CrashTarget {
  return {
    ...{ name: 'none', port: undefined, hasOverlap: true },
    prepare: () =>
      Promise.resolve({
        secrets: { [names.rotated]: { password: newPassword() } },
        spec: { ...common, target: { none: {} }, ...more },
      }),
    letsIn: () => Promise.resolve(true),
    isHalfway: () => Promise.resolve(false),
    touched: () => Promise.resolve(''),
    watch: () => Promise.resolve(() => Promise.resolve(new Map())),
  };
}

interface WebhookBody {
  readonly namespace: string;
  readonly step: string;
  readonly ends?: 'former' | 'pending';
  readonly values?: { readonly stringData: { readonly password: string } };
}

/** A receiver that lets in by the passwords it was told, both of them until one is ended. */
export class CrashReceiver {
  readonly #receiver: HttpsReceiver;
  readonly #told: WebhookBody[];
  readonly #valid: Map<string, readonly string[]>;

  private constructor(
    receiver: HttpsReceiver,
    { told, valid }: { told: WebhookBody[]; valid: Map<string, readonly string[]> },
  ) {
    this.#receiver = receiver;
    this.#told = told;
    this.#valid = valid;
  }

  static async start(): Promise<CrashReceiver> {
    const told: WebhookBody[] = [];
    const valid = new Map<string, readonly string[]>();
    const receiver = await startHttpsReceiver(({ body }, response) => {
      const said = JSON.parse(body.toString()) as WebhookBody;
      told.push(said);
      valid.set(said.namespace, validAfter(valid.get(said.namespace) ?? [], said));
      answerJson(response, { status: 'ok' });
    });
    return new CrashReceiver(receiver, { told, valid });
  }

  target(): CrashTarget {
    let home = '';
    return {
      ...{ name: 'webhook', port: this.#receiver.port, hasOverlap: true },
      prepare: ({ port, namespace }) => {
        const password = newPassword();
        home = namespace;
        this.#valid.set(namespace, [password]);
        const url = `https://127.0.0.1:${port}/rotate`;
        const webhook = { url, tls, signingSecret: { name: names.admin } };
        return Promise.resolve({
          secrets: {
            [names.rotated]: { password },
            [names.admin]: { secret: randomBytes(32).toString('hex') },
            [names.ca]: { 'ca.crt': this.#receiver.ca },
          },
          spec: { ...common, target: { webhook }, strategy: 'dual' },
        });
      },
      letsIn: ({ password = '' }) =>
        Promise.resolve(this.#valid.get(home)?.includes(password) === true),
      isHalfway: () => Promise.resolve(false),
      touched: () => Promise.resolve(`${this.#told.length} times`),
      watch: () => {
        const since = this.#told.length;
        return Promise.resolve(() => Promise.resolve(this.#proofs(home, since)));
      },
    };
  }

  stop(): Promise<void> {
    return this.#receiver.close();
  }

  #proofs(home: string, since: number): Proofs {
    const own = this.#told.slice(since).filter(({ namespace }) => namespace === home);
    const passwords = own.flatMap(({ values }) => values?.stringData.password ?? []);
    return new Map([
      [
        '',
        passwords.map(
          (told): Proof =>
            (password) =>
              told === password,
        ),
      ],
    ]);
  }
}

/** The last that was told is the pending one. */
function validAfter(valid: readonly string[], { step, ends, values }: WebhookBody) {
  const password = values?.stringData.password;
  if (step === 'set' && password !== undefined) return [...new Set([...valid, password])];
  if (step === 'retire' && valid.length > 1) {
    return ends === 'pending' ? valid.slice(0, -1) : valid.slice(-1);
  }
  return valid;
}
