import { readFileSync } from 'node:fs';
import { SecretValue } from '../../core/secret-value.js';
import type { Config } from '../../platform/config/config.schema.js';
import type { DeliveryOutcome } from './domain/classify-delivery.js';
import { deliverTo, type DeliverNotification, NotificationSender } from './notification-sender.js';

/**
 * Delivers to all configured receivers. If one receiver failed, the others get the notification
 * again, under an equal id. Throws if a file cannot be read.
 */
export function receiversOf(
  notifications: Config['rotation']['notifications'],
): DeliverNotification {
  const sender = new NotificationSender();
  const receivers = notifications.map(({ url, secretFile, certificateAuthorityFile }) =>
    deliverTo(sender, {
      url,
      secret: SecretValue.fromBytes(readFileSync(secretFile)),
      ca: textOf(certificateAuthorityFile),
    }),
  );
  return async (row, signal): Promise<DeliveryOutcome> => {
    const outcomes = await Promise.all(receivers.map((deliver) => deliver(row, signal)));
    if (outcomes.includes('retry')) return 'retry';
    return outcomes.includes('rejected') ? 'rejected' : 'delivered';
  };
}

function textOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readFileSync(path, 'utf8');
}
