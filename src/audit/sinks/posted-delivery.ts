import { type AnswerVerdict, retryAfterMs } from './domain/classify-answer.js';
import { type HttpAnswer, NoAnswer } from './http-target.js';
import { type Delivery, TAKEN } from './sink.js';

export interface AnswerRules {
  readonly judge: (status: number) => AnswerVerdict;
  /** Returns from its text why a success is a failure. */
  readonly flaw?: (text: string) => string | undefined;
}

/** Runs a POST, and classifies its response for the batch. */
export async function postedDelivery(
  rules: AnswerRules,
  post: () => Promise<HttpAnswer>,
): Promise<Delivery> {
  try {
    return deliveryOf(rules, await post());
  } catch (error) {
    const reason = error instanceof NoAnswer ? error.message : 'the request cannot be made';
    return { kind: 'failed', reason, isAnswered: false };
  }
}

function deliveryOf({ judge, flaw }: AnswerRules, answer: HttpAnswer): Delivery {
  const reason = `the answer has status ${answer.status}`;
  const verdict = judge(answer.status);
  if (verdict === 'again') {
    const waitMs = retryAfterMs(answer.retryAfter, Date.now());
    return { kind: 'failed', reason, isAnswered: true, retryAfterMs: waitMs };
  }
  if (verdict !== 'taken') return { kind: verdict, reason };
  const flawed = flaw?.(answer.text);
  return flawed === undefined ? TAKEN : { kind: 'refused', reason: flawed };
}
