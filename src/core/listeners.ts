/** Functions to call for an event, in order of their addition. */
export class Listeners<Arguments extends readonly unknown[] = []> {
  readonly #listeners: ((...args: Arguments) => void)[] = [];

  add(listener: (...args: Arguments) => void): void {
    this.#listeners.push(listener);
  }

  notify(...args: Arguments): void {
    for (const listener of this.#listeners) listener(...args);
  }
}
