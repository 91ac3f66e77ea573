import { describe, expect, it, vi } from 'vitest';
import { AnswerBudget } from '../../../src/core/answer-budget.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../src/core/limits.js';

describe('the budget of an answer', () => {
  it('takes its bytes, refuses what does not fit, and still takes what does', () => {
    const budget = new AnswerBudget();
    budget.charge(limits.valuesBytesMax - 10);
    expect(() => budget.charge(11)).toThrow('the answer has more than 8 MiB: ask for less');
    expect(() => budget.charge(10)).not.toThrow();
    expect(() => budget.charge(1)).toThrow(expect.objectContaining({ code: 'TooLarge' }));
  });

  it('lets nothing more be read once something did not fit', () => {
    const budget = new AnswerBudget({ bytesMax: 10 });
    budget.charge(10);
    expect(() => budget.requireRoom()).not.toThrow();
    expect(() => budget.charge(1)).toThrow('ask for less');
    expect(() => budget.requireRoom()).toThrow(expect.objectContaining({ status: 413 }));
  });

  it('spends what is beyond the first bytes, and ends where that is refused', () => {
    const spent: number[] = [];
    const budget = new AnswerBudget({
      spend: (bytes) => {
        if (spent.length === 2) throw new SallyportError('TooManyRequests', 'too many bytes');
        spent.push(bytes);
      },
    });
    budget.charge(limits.answerBytesFree - 10);
    budget.requireRoom(10);
    expect([spent, budget.isLarge]).toEqual([[], false]);
    budget.charge(limits.answerPieceBytes);
    budget.requireRoom(1);
    const beyond = limits.answerPieceBytes - 10;
    expect([spent, budget.isLarge]).toEqual([[limits.renderedBytesFactor * beyond, 0], true]);
    expect(() => budget.charge(1)).toThrow('too many bytes');
    expect(() => budget.requireRoom()).toThrow('too many bytes');
  });

  it('reads nothing for a caller who was sent too much lately', async () => {
    const budget = new AnswerBudget({
      spend: () => {
        throw new SallyportError('TooManyRequests', 'too many bytes');
      },
    });
    const read = vi.fn(async () => undefined);
    await expect(budget.read(read)).rejects.toThrow('too many bytes');
    expect(read).not.toHaveBeenCalled();
  });

  it('says beforehand what cannot fit', () => {
    const budget = new AnswerBudget({ bytesMax: 10 });
    expect(() => budget.requireRoom(10)).not.toThrow();
    expect(() => budget.requireRoom(11)).toThrow('ask for less');
  });

  it('reads few values at a time, and none once something did not fit', async () => {
    const budget = new AnswerBudget({ bytesMax: 10 });
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    const read = (index: number) =>
      budget.read(async () => {
        begun.push(index);
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        budget.charge(4);
      });
    const results = await Promise.allSettled(Array.from({ length: 60 }, (_, index) => read(index)));
    expect(most).toBe(limits.valueReadsConcurrentMax);
    // Two fit, and those that had begun with the one that did not.
    expect(begun.length).toBeLessThanOrEqual(2 * limits.valueReadsConcurrentMax);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });
});
