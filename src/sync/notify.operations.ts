import { z } from 'zod';
import { requestSchema, responseSchema } from '../core/api-schema.js';
import { defineOperation } from '../core/operation.js';
import { noQuery } from '../core/query-parameters.js';
import { syncLimits } from '../core/sync-limits.js';
import { nameSchema } from '../custom-resources/domain/spec-parameters.js';
import { namespaceSchema } from '../secrets/domain/parameter-schemas.js';

/** Names of Event Grid as senders of CloudEvents, which ask before they send. */
export const EVENT_GRID = 'eventgrid.azure.net';

const notificationSchema = requestSchema(
  'StoreNotification',
  z.looseObject({
    names: z
      .array(z.string())
      .max(syncLimits.notifiedNamesMax)
      .optional()
      .meta({ description: 'Names in the store, prefix included.' }),
  }),
  {
    description:
      'Names of secrets that have changed. Events of EventBridge, CloudTrail, SNS, Event Grid, ' +
      'CloudEvents and Pub/Sub have other members.',
    example: { names: ['k8s/pay/db'] },
  },
);

const handshakeSchema = responseSchema(
  'StoreNotificationHandshake',
  z.strictObject({
    validationResponse: z.string().meta({ description: 'Code of the validation event.' }),
  }),
  {
    description: 'Response to a validation event of Event Grid.',
    example: { validationResponse: '512d38b6-c7b8-40c8-89fe-f46f9e9622b6' },
  },
);

const shared = {
  tag: 'Sync',
  isPublic: true,
  method: 'POST',
  query: noQuery,
  body: {
    kind: 'raw',
    // SNS sends its JSON as plain text.
    mediaTypes: [
      'application/json',
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
      'text/plain',
    ],
    described: notificationSchema,
    bytesMax: syncLimits.notificationBytesMax,
  },
  action: 'syncs.notify',
  problems: ['Invalid'],
  answers: [
    { status: 202, description: 'Taken, whether or not a sync is concerned.' },
    { status: 200, description: 'Event Grid may send events.', schema: handshakeSchema },
  ],
} as const;

const hint =
  'The body is a hint and never data: the gateway reads the store (docs/notify-of-changes.md).';
const right =
  'none in the cluster: a signature or a token of the sender, as `notify` of the store says';

export const notifyStore = defineOperation({
  ...shared,
  id: 'notifyStore',
  summary: 'Say that secrets of a store have changed',
  description:
    `Causes a look at the syncs of this store whose secrets in the store are named. ${hint} The ` +
    'response is the same for a store that does not exist and for a wrong credential.',
  right,
  path: '/v1/stores/:name/notify',
  params: z.strictObject({ name: nameSchema('Name of the store.', 'vault-prod') }),
});

export const notifySync = defineOperation({
  ...shared,
  id: 'notifySync',
  summary: 'Say that the secret of a sync has changed in its store',
  description:
    `Causes a look at this sync, whatever the body names. ${hint} The response is the same for a ` +
    'sync that does not exist and for a wrong credential.',
  right,
  path: '/v1/namespaces/:namespace/syncs/:name/notify',
  params: z.strictObject({
    namespace: namespaceSchema,
    name: nameSchema('Name of the sync.', 'db'),
  }),
});
