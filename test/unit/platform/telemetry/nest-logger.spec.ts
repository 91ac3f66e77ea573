import { describe, expect, it } from 'vitest';
import { captureLog } from './captured-log.js';

const CANARY = 'shhhhhh-canary';

describe('the logger given to Nest', () => {
  it('passes ordinary lines with their context', () => {
    const log = captureLog();
    log.logger.forNest().log('Nest application successfully started', 'NestApplication');
    expect(log.lines()).toMatchObject([
      { event: 'nest', context: 'NestApplication', msg: 'Nest application successfully started' },
    ]);
  });

  const frames = new Error(CANARY).stack;
  it.each([
    ['an exception', [new Error(CANARY), 'ExceptionsHandler']],
    ['its message and stack', [CANARY, frames, 'ExceptionsHandler']],
    ['a stack where the context is expected', [CANARY, frames]],
    ['a response object', [{ response: CANARY, msg: CANARY, context: CANARY, err: CANARY }, 'X']],
    ['an object with a placeholder', ['%o', { value: CANARY }, 'ExceptionsHandler']],
  ])('keeps what Nest logs as an error to kind and place: %s', (_what, [message, ...rest]) => {
    const log = captureLog();
    log.logger.forNest().error(message, ...rest);
    expect(log.lines()).toHaveLength(1);
    expect(log.lines()[0]).toMatchObject({ level: 50, msg: 'Nest reported an error' });
    expect(log.text()).not.toContain(CANARY);
  });

  it('says nothing of a port that cannot be had, which the start says better', () => {
    const log = captureLog();
    const message = 'Error: listen EADDRINUSE: address already in use 127.0.0.1:8420';
    log.logger.forNest().error(message, 'NestApplication');
    expect(log.text()).toBe('');
  });

  it('keeps two gateways in one process apart', () => {
    const first = captureLog();
    const second = captureLog();
    first.logger.forNest().log('one', 'Test');
    second.logger.forNest().log('two', 'Test');
    expect(first.lines().map((line) => line['msg'])).toEqual(['one']);
    expect(second.lines().map((line) => line['msg'])).toEqual(['two']);
  });
});
