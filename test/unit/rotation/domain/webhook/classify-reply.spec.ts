import { describe, expect, it } from 'vitest';
import { TargetFault } from '../../../../../src/rotation/domain/target-fault.js';
import { classifyReply } from '../../../../../src/rotation/domain/webhook/classify-reply.js';

const SAID = 'words-of-the-receiver';

function replyTo(status: number, text: string | undefined) {
  return classifyReply({ status, body: text === undefined ? undefined : Buffer.from(text) });
}

function faultOf(status: number, text: string | undefined): TargetFault {
  try {
    replyTo(status, text);
  } catch (error) {
    if (error instanceof TargetFault) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('the answer of a receiver', () => {
  it.each([
    ['{"status":"ok"}', { status: 'ok' }],
    ['{"status":"ok","more":[1]}', { status: 'ok' }],
    ['{"status":"ok","strategies":["dual"]}', { status: 'ok', strategies: ['dual'] }],
    [
      '{"status":"ok","strategies":["singleUser","other","dual"]}',
      { status: 'ok', strategies: ['dual', 'singleUser'] },
    ],
    ['{"status":"retry"}', { status: 'retry' }],
    [
      '{"status":"rejected","reason":"PasswordRejected"}',
      { status: 'rejected', reason: 'PasswordRejected' },
    ],
    ['{"status":"rejected","reason":"TlsFailed"}', { status: 'rejected', reason: 'TargetFailed' }],
    [`{"status":"rejected","reason":"${SAID}"}`, { status: 'rejected', reason: 'TargetFailed' }],
    ['{"status":"rejected"}', { status: 'rejected', reason: 'TargetFailed' }],
  ])('%s is understood', (text, reply) => {
    expect(replyTo(200, text)).toEqual(reply);
  });

  it.each([
    [401, 'AdminRefused'],
    [403, 'AdminRefused'],
    [301, 'TargetFailed'],
    [307, 'TargetFailed'],
    [400, 'TargetFailed'],
    [404, 'TargetFailed'],
    [500, 'TargetFailed'],
    [503, 'TargetFailed'],
    [101, 'TargetFailed'],
  ])('with status %i is a fault, whatever its body says', (status, reason) => {
    expect(faultOf(status, '{"status":"ok"}').reason).toBe(reason);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', `<html>${SAID}`],
    ['a list', '[]'],
    ['no object', '"ok"'],
    ['null', 'null'],
    ['no status', '{}'],
    ['another status', `{"status":"${SAID}"}`],
    ['a status twice', '{"status":"ok","status":"rejected"}'],
    ['deep nesting', '['.repeat(10_000)],
    ['unknown strategies only', `{"status":"ok","strategies":["${SAID}"]}`],
    ['strategies in another form', '{"status":"ok","strategies":"dual"}'],
    ['more than is read', undefined],
  ])('that is %s is a fault, which repeats nothing of it', (_what, text) => {
    const fault = faultOf(200, text);
    expect(fault.reason).toBe('TargetFailed');
    expect(fault.message).not.toContain(SAID);
    expect(fault.cause).toBeUndefined();
  });
});
