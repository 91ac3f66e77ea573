import type { AllowedAddress } from '../../platform/outbound/domain/egress-rules.js';
import { isOwnAdmin } from '../domain/own-admin.js';
import { assertNever } from '../../core/assert-never.js';
import type { SecretData } from '../../secrets/domain/secret.js';
import type { Login, PasswordTarget, TargetConnection } from '../domain/password-target.js';
import type { ServerTargetSpec, TargetSpec, TlsSpec } from '../domain/rotation-spec.js';
import type { RunValues } from '../domain/rotation.store.js';
import { RunStopped } from '../domain/run-stopped.js';
import { fenced } from './fenced-target.js';
import type { BrokerSecrets } from './broker-secrets.js';
import type { Lease } from './lease.js';
import { noTarget, type RotationTarget, type TargetCall } from './rotation-target.js';
import { ServerRotation } from './server-rotation.js';
import type { OpenTarget, StepCall } from './step-dependencies.js';
import { nameOf, textOf, userNameOf } from './value-text.js';
import { WebhookRotation } from './webhook-rotation.js';

export interface TargetOpenerDependencies {
  readonly secrets: BrokerSecrets;
  readonly egress: {
    resolve(
      host: string,
      port: number,
      serverName: string,
      signal: AbortSignal,
    ): Promise<AllowedAddress>;
  };
  readonly keptValues: (call: TargetCall) => Promise<readonly RunValues[]>;
}

type ServerTarget = Extract<TargetSpec, { readonly server: ServerTargetSpec }>;

/** Opens the target of a spec; loads drivers when they are needed. */
export function targetOpener(parts: TargetOpenerDependencies, lease: Lease): OpenTarget {
  return async (call) => {
    const { target } = call.spec;
    if (target.kind === 'none') return noTarget;
    if (target.kind === 'webhook') return openWebhook(parts, call, lease);
    return openServer(parts, call, target, lease);
  };
}

async function openServer(
  parts: TargetOpenerDependencies,
  call: StepCall,
  target: ServerTarget,
  lease: Lease,
): Promise<RotationTarget> {
  const { spec } = call;
  const { server } = target;
  const ca = await caOf(parts, call, server.tls);
  const serverName = server.tls.serverName ?? server.host;
  const resolve = (signal: AbortSignal) =>
    parts.egress.resolve(server.host, server.port, serverName, signal);
  const opened = await driverOf(target, { server, ca, resolve });
  return new ServerRotation({
    server,
    strategy: spec.strategy,
    target: fenced(opened, lease),
    readAdmin: (use) => readAdmin(parts, use, server),
    isOwnAdmin: isOwnAdmin(spec.secretName, server),
    namedUser: (current) => namedUser(current, server),
    keptValues: parts.keptValues,
  });
}

async function driverOf(
  target: ServerTarget,
  connection: TargetConnection,
): Promise<PasswordTarget> {
  switch (target.kind) {
    case 'postgresql': {
      const { openPostgresTarget } = await import('../targets/postgres/postgres-target.js');
      return openPostgresTarget(connection, { database: target.database });
    }
    case 'mysql': {
      const { openMysqlTarget } = await import('../targets/mysql/mysql-target.js');
      return openMysqlTarget(connection, { userHost: target.userHost });
    }
    case 'mongodb': {
      const { openMongodbTarget } = await import('../targets/mongodb/open-mongodb-target.js');
      return openMongodbTarget(connection, { authDatabase: target.authDatabase });
    }
    case 'redis': {
      const { openRedisTarget } = await import('../targets/redis/open-redis-target.js');
      return openRedisTarget(connection);
    }
    default:
      return assertNever(target);
  }
}

async function openWebhook(
  parts: TargetOpenerDependencies,
  call: StepCall,
  lease: Lease,
): Promise<RotationTarget> {
  const { target, strategy } = call.spec;
  if (target.kind !== 'webhook') return noTarget;
  const { webhook } = target;
  const url = new URL(webhook.url);
  const { name, key } = webhook.signingSecret;
  const { ctx, run } = call;
  const [signingKey] = await parts.secrets.referenced(ctx, { ...run, name }, [key]);
  if (signingKey === undefined) throw new RunStopped('ReferencedSecretMissing', 'no signing key');
  const ca = await caOf(parts, call, webhook.tls);
  const port = url.port === '' ? 443 : Number(url.port);
  const serverName = webhook.tls.serverName ?? url.hostname;
  const resolve = (signal: AbortSignal) =>
    parts.egress.resolve(url.hostname, port, serverName, signal);
  const { openWebhookTarget } = await import('../targets/webhook/open-webhook-target.js');
  const opened = openWebhookTarget({ webhook, ca, signingKey, resolve });
  return new WebhookRotation(
    {
      call: (told, signal) => {
        lease.require();
        return opened.call(told, signal);
      },
    },
    strategy,
  );
}

async function caOf(
  { secrets }: TargetOpenerDependencies,
  { ctx, run }: StepCall,
  { caSecret }: TlsSpec,
): Promise<string | undefined> {
  if (caSecret === undefined) return undefined;
  const [ca] = await secrets.referenced(ctx, { ...run, name: caSecret.name }, [caSecret.key]);
  return textOf(ca, caSecret.name);
}

async function readAdmin(
  { secrets }: TargetOpenerDependencies,
  { ctx, run }: TargetCall,
  { adminSecret }: ServerTargetSpec,
): Promise<Login> {
  const { name, username, usernameKey, passwordKey } = adminSecret;
  const keys = username === undefined ? [passwordKey, usernameKey] : [passwordKey];
  const [password, user] = await secrets.referenced(ctx, { ...run, name }, keys);
  if (password === undefined)
    throw new RunStopped('ReferencedSecretMissing', 'no password of an admin');
  return { username: username ?? userNameOf(user, name), password };
}

function namedUser(current: SecretData, { usernameKey }: ServerTargetSpec): string | undefined {
  const value = usernameKey === undefined ? undefined : current.get(usernameKey);
  // Bytes that are no text name no user that a spec could name.
  return value === undefined ? undefined : (nameOf(value) ?? '');
}
