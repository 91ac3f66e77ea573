import type { TextEntries } from './text-entries.js';

/** Renders one line, member by member: an object would put keys like `10` first. */
export function renderJson(entries: TextEntries): string {
  const members = entries.map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`);
  return `{${members.join(',')}}\n`;
}
