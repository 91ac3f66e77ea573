/** Types of the columns of a table. */
export type ColumnTypes<T> = Readonly<Record<keyof T & string, string>>;

/** Part of a statement with one array for each column, so that any number of rows has one text. */
export interface ColumnArrays {
  /** Names of the columns. */
  readonly list: string;
  /** Arguments of `unnest`. */
  readonly arrays: string;
}

/** Parameters of one statement, numbered from 1. */
export class Parameters {
  readonly #values: unknown[] = [];

  get values(): unknown[] {
    return this.#values;
  }

  /** Adds a value; returns the text that stands for it. */
  add(value: unknown, type: string): string {
    this.#values.push(value);
    return `$${this.#values.length}::${type}`;
  }

  /** Adds rows, one array for each column. */
  addRows<T extends object>(types: ColumnTypes<T>, rows: readonly T[]): ColumnArrays {
    const names = Object.keys(types) as (keyof T & string)[];
    const arrays = names.map((name) =>
      this.add(
        rows.map((row) => row[name]),
        `${types[name]}[]`,
      ),
    );
    return {
      list: names.map((name) => `"${name}"`).join(', '),
      arrays: arrays.join(', '),
    };
  }
}
