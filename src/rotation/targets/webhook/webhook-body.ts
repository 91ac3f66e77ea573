import type { RunStep } from '../../domain/rotation-run.js';
import type { WebhookCall } from '../../domain/webhook-target.js';

const API_VERSION = 'sallyport.dev/v1alpha1';
const STEPS_WITH_VALUES: ReadonlySet<RunStep> = new Set(['set', 'test']);

/** Returns a call's JSON; values as in the API: text in `stringData`, other bytes in `data`. */
export function webhookBody(call: WebhookCall): Buffer {
  const { runId, step, namespace, secret, fromVersion, strategy, username, attempt } = call;
  const message = {
    apiVersion: API_VERSION,
    runId,
    step,
    attempt,
    namespace,
    secret,
    fromVersion,
    strategy,
    ...(username !== undefined && { username }),
    ...(step === 'retire' && { ends: call.ends ?? 'former' }),
    ...(STEPS_WITH_VALUES.has(step) && { values: valueMaps(call) }),
  };
  return Buffer.from(JSON.stringify(message), 'utf8');
}

function valueMaps({ values }: WebhookCall): Readonly<Record<string, unknown>> {
  const texts: [string, string][] = [];
  const others: [string, string][] = [];
  for (const [key, value] of values) {
    const text = value.revealText();
    if (text === undefined) others.push([key, value.revealBase64()]);
    else texts.push([key, text]);
  }
  return { stringData: Object.fromEntries(texts), data: Object.fromEntries(others) };
}
