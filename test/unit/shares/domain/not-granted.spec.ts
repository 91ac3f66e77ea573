import { expect, it } from 'vitest';
import { notGranted, notOffered } from '../../../../src/shares/domain/not-granted.js';

it('a consumer gets one answer, whatever the reason is', () => {
  const answers = ['ImportMissing', 'Expired', 'Revoked'].map((why) => {
    const { code, status, message, internal } = notGranted({ name: 'pay-db' }, why);
    expect(internal).toBe(why);
    return [code, status, message];
  });
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]?.[1]).toBe(404);
});

it('an owner learns which namespace the share does not name', () => {
  expect(notOffered('web')).toMatchObject({
    code: 'Invalid',
    errors: [{ pointer: '/namespace', reason: expect.stringContaining('web') }],
  });
});
