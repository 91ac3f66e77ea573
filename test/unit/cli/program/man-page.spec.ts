import { describe, expect, it } from 'vitest';
import { manPage } from '../../../../src/cli/program/man-page.js';

const definition = {
  words: 'get',
  summary: 'shows a Secret',
  description: ".all 'of it'",
  options: [{ flags: '-o, --output <form>', description: 'form', choices: ['a-b', 'c'] }],
  examples: ['sallyport get "db" \\n', "'quoted'"],
  load: () => Promise.reject(new Error('no command is run')),
};

describe('the manual page', () => {
  const lines = manPage([definition]).split('\n');

  it('has no text that troff would read as a request or an escape sequence', () => {
    expect(lines).toContain("\\&.all 'of it'");
    expect(lines).toContain("\\&'quoted'");
    expect(lines).toContain('sallyport get \\(dqdb\\(dq \\en');
    const requests = lines.filter((line) => line.startsWith('.')).map((line) => line.split(' ')[0]);
    const known = ['.TH', '.SH', '.SS', '.B', '.I', '.RI', '.PP', '.TP', '.nf', '.fi'];
    expect(requests.filter((one) => !known.includes(one ?? ''))).toEqual([]);
  });

  it('has options that can be copied, with their choices, and the exit codes', () => {
    expect(lines).toContain('.B \\-o, \\-\\-output <form>');
    expect(lines).toContain('form; one of a\\-b, c');
    expect(lines).toContain('unreachable');
  });
});
