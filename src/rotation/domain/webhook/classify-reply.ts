import { parseJson } from '../../../core/parse-json.js';
import { TargetFault } from '../target-fault.js';
import {
  WEBHOOK_REJECTIONS,
  type WebhookRejection,
  type WebhookReply,
  type WebhookStrategy,
} from '../webhook-target.js';

export interface WebhookAnswer {
  readonly status: number;
  /** Body of a success; undefined if it exceeded the read limit. */
  readonly body: Uint8Array | undefined;
}

const STRATEGIES: readonly WebhookStrategy[] = ['dual', 'singleUser'];
const SUCCESS = /^2\d\d$/;

/**
 * Classifies a receiver's response. Throws TargetFault: AdminRefused if it does not accept the
 * signature, TargetFailed for anything undocumented. Errors repeat nothing that the receiver wrote.
 */
export function classifyReply({ status, body }: WebhookAnswer): WebhookReply {
  if (status === 401 || status === 403) {
    throw new TargetFault('AdminRefused', `the receiver refused the request (status ${status})`);
  }
  if (!SUCCESS.test(String(status))) throw failed(`the receiver answered with status ${status}`);
  if (body === undefined) throw failed('the answer of the receiver is too long');
  return replyOf(membersOf(body));
}

function replyOf(answer: Readonly<Record<string, unknown>>): WebhookReply {
  switch (answer['status']) {
    case 'ok':
      return { status: 'ok', ...declared(answer['strategies']) };
    case 'retry':
      return { status: 'retry' };
    case 'rejected':
      return { status: 'rejected', reason: rejectionOf(answer['reason']) };
    default:
      throw failed('the answer of the receiver has none of the known values of "status"');
  }
}

function declared(strategies: unknown): { readonly strategies?: readonly WebhookStrategy[] } {
  if (strategies === undefined) return {};
  const known = STRATEGIES.filter((one) => Array.isArray(strategies) && strategies.includes(one));
  if (known.length === 0) throw failed('the receiver declares no strategy that there is');
  return { strategies: known };
}

function rejectionOf(reason: unknown): WebhookRejection {
  return WEBHOOK_REJECTIONS.find((one) => one === reason) ?? 'TargetFailed';
}

function membersOf(body: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch {
    throw failed('the answer of the receiver is not JSON');
  }
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw failed('the answer of the receiver is not an object');
}

function failed(message: string): TargetFault {
  return new TargetFault('TargetFailed', message);
}
