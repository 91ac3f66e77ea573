import { startWebhookStore } from '../../services/webhook-store.js';
import { type StoreAnswer, type StoreCall, StoreProxy } from '../store-proxy.js';
import { type CrashStore, crashNamespace, type Texts } from './crash-store.js';
import { StoreFates } from './store-fates.js';
import { decoded, encoded, StatesBySecret } from './written-states.js';

const nameOf = (secret: string): string => `k8s/${crashNamespace}/${secret}`;

interface WebhookSecret {
  readonly version: string;
  readonly owner?: string;
  readonly values: Texts;
}

/** Starts the example server of the documentation, which has no history. */
export async function startWebhook(): Promise<CrashStore> {
  const webhook = await startWebhookStore();
  const proxy = await StoreProxy.start(webhook.server);
  const fates = new StoreFates(({ method }) => (method === 'GET' ? 'read' : 'write'), 7);
  const states = new StatesBySecret();
  fates.guard(proxy, (call, answer) => note(states, call, answer));
  const read = async (secret: string): Promise<WebhookSecret> => {
    const { status, body } = await webhook.call('GET', nameOf(secret));
    if (status !== 200) throw new Error(`the server answers with ${status}`);
    return body as unknown as WebhookSecret;
  };
  return {
    name: 'webhook',
    prefix: 'k8s/{namespace}/',
    files: { 'ca.crt': webhook.server.ca, 'signing.key': webhook.signingKey },
    fates,
    spec: (secret) => ({
      webhook: {
        ...{ url: proxy.url, caSecret: secret },
        auth: { signingSecret: { ...secret, key: 'signing.key' } },
      },
    }),
    async patch(secret, change) {
      for (;;) {
        const { version: expectedVersion, owner, values: before } = await read(secret);
        const values = { ...before, ...encoded(change) };
        const body = { expectedVersion, owner, values };
        const written = await webhook.call('PUT', nameOf(secret), body);
        if (written.status === 200) {
          const version = String(written.body?.['version']);
          states.of(secret).wrote(version, decoded(values));
          return;
        }
        if (written.status !== 409) throw new Error(`the server answers with ${written.status}`);
      }
    },
    async current(secret) {
      const { version, values } = await read(secret);
      return { version, values: decoded(values) };
    },
    history: (secret) => Promise.resolve(states.of(secret).untouched),
    keepsHistory: false,
    async stop() {
      await proxy.stop();
      await webhook.server.stop();
    },
  };
}

/** Notes what gateways have read and written. */
function note(states: StatesBySecret, call: StoreCall, { status, body }: StoreAnswer): void {
  if (status !== 200) return;
  const secret = states.of(call.path.split('/').at(-1) ?? '');
  const answer = JSON.parse(body.toString()) as WebhookSecret;
  if (call.method === 'GET') secret.wrote(answer.version, decoded(answer.values));
  if (call.method !== 'PUT') return;
  const sent = JSON.parse(call.body.toString()) as {
    readonly expectedVersion: string | null;
    readonly values: Texts;
  };
  const { version } = answer;
  // A repetition of a write whose answer was lost finds the same version again.
  if (sent.expectedVersion === null) secret.wrote(version, decoded(sent.values));
  else secret.replaced(sent.expectedVersion, version, decoded(sent.values));
}
