export interface ExampleQuery {
  readonly question: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
}

export declare const exampleQueries: readonly ExampleQuery[];
