import { readFileSync } from 'node:fs';
import type { Cluster } from './cluster.js';
import type { Config } from './platform/config/config.schema.js';
import type { Clock } from './core/clock.js';
import { SecretValue } from './core/secret-value.js';
import type { RowIntegrity } from './encryption/row-integrity.js';
import { compileEgress } from './rotation/domain/egress/egress-rules.js';
import { Egress } from './rotation/egress/egress.js';
import type { DeliveryOutcome } from './rotation/notifications/domain/judge-delivery.js';
import {
  deliverTo,
  type DeliverNotification,
  NotificationSender,
} from './rotation/notifications/notification-sender.js';
import { OutboxFeeder } from './rotation/outbox-feeder.js';
import { OutboxRows } from './rotation/store/outbox-rows.js';
import type { Database } from './platform/storage/database.js';
import type { Telemetry } from './platform/telemetry/telemetry.js';

/** Where rotation may connect to: what is listed, and never the API server. */
export function openRotationEgress(
  { rotation }: Config,
  { apiServer }: Pick<Cluster, 'apiServer'>,
): Egress {
  return new Egress(compileEgress(settingsOf(rotation.egress), [apiServer]));
}

/** Sends what runs tell to those that the operator named. */
export function openRotationOutbox(
  { rotation }: Config,
  parts: Pick<Telemetry, 'logger' | 'metrics'> & {
    readonly database: Database;
    readonly integrity: RowIntegrity;
    readonly clock: Clock;
  },
): OutboxFeeder {
  const sender = new NotificationSender();
  const receivers = rotation.notifications.map((endpoint) =>
    deliverTo(sender, {
      url: endpoint.url,
      secret: SecretValue.fromBytes(readFileSync(endpoint.secretFile)),
      ca: caOf(endpoint.certificateAuthorityFile),
    }),
  );
  const { database, integrity, clock, logger, metrics } = parts;
  return new OutboxFeeder({
    rows: new OutboxRows(database, integrity),
    deliver: toAll(receivers),
    clock,
    onAlarm: (message) => logger.alarm(message),
    onDelivery: (outcome) => metrics.rotationNotified(outcome),
    onCount: (counts) => metrics.rotationNotices(counts),
  });
}

/** Whoever has it already gets it again under the same id. */
function toAll(receivers: readonly DeliverNotification[]): DeliverNotification {
  return async (row, signal): Promise<DeliveryOutcome> => {
    const outcomes = await Promise.all(receivers.map((deliver) => deliver(row, signal)));
    if (outcomes.includes('retry')) return 'retry';
    return outcomes.includes('rejected') ? 'rejected' : 'delivered';
  };
}

function caOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readFileSync(path, 'utf8');
}

function settingsOf({ allow, deny }: Config['rotation']['egress']) {
  const hosts = allow.map(({ host, port, addresses }) => ({
    host,
    ...(port !== undefined && { port }),
    ...(addresses !== undefined && { addresses }),
  }));
  return { allow: hosts, deny };
}
