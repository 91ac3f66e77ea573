import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { limits } from '../../core/limits.js';
import { introspectionCost, textCost } from './document-cost.js';
import { limitErrors } from './document-limits.js';
import { variableErrors, withoutLiteral } from './input-errors.js';
import type { PersistedDocuments } from './persisted-documents.js';

export type Prepared =
  | { readonly document: DocumentNode }
  | { readonly errors: readonly GraphQLError[] };

export interface PreparationOptions {
  readonly introspection: boolean;
  readonly persisted: PersistedDocuments;
}

/** Parser, limiter and validator of query texts, with a cache of valid texts. */
export class DocumentPreparation {
  readonly schema: GraphQLSchema;
  readonly #introspection: boolean;
  readonly #persisted: PersistedDocuments;
  readonly #known = new Map<string, Prepared>();

  constructor(schema: GraphQLSchema, options: PreparationOptions) {
    this.schema = schema;
    this.#introspection = options.introspection;
    this.#persisted = options.persisted;
  }

  /**
   * Prepares a query. Before parsing and introspection, `charge` receives their cost in requests;
   * its errors are thrown.
   */
  prepare(query: string, charge: (requests: number) => void = () => undefined): Prepared {
    const prepared = this.#known.get(query) ?? this.#prepareNew(query, charge);
    if ('document' in prepared) charge(introspectionCost(prepared.document));
    return prepared;
  }

  #prepareNew(query: string, charge: (requests: number) => void): Prepared {
    charge(textCost(query));
    if (!this.#persisted.allows(query)) {
      return { errors: [new GraphQLError('only persisted documents are executed')] };
    }
    const prepared = this.#prepare(query);
    const isSmall = query.length <= limits.graphqlCachedQueryCharactersMax;
    if (isSmall && 'document' in prepared) this.#remember(query, prepared);
    return prepared;
  }

  /** Returns the text of a persisted document. Throws BadRequest. */
  textOf(documentId: string): string {
    return this.#persisted.textOf(documentId);
  }

  /** Returns problems of the variables of the operation to execute. */
  inputErrors(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Readonly<Record<string, unknown>> | null | undefined,
  ): readonly GraphQLError[] {
    const operation = getOperationAST(document, operationName);
    // Execution selects the operation.
    return operation ? variableErrors(this.schema, operation, variables) : [];
  }

  #prepare(query: string): Prepared {
    let document: DocumentNode;
    if (query.length > limits.graphqlQueryCharactersMax) {
      const problem = `more than ${limits.graphqlQueryCharactersMax} characters`;
      return { errors: [new GraphQLError(problem)] };
    }
    try {
      document = parse(query, { maxTokens: limits.graphqlTokensMax });
    } catch (error) {
      return { errors: [error instanceof GraphQLError ? error : new GraphQLError('not a query')] };
    }
    const tooMuch = limitErrors(document);
    if (tooMuch.length > 0) return { errors: tooMuch };
    const rules = this.#introspection
      ? specifiedRules
      : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const errors = validate(this.schema, document, rules, { maxErrors: limits.graphqlErrorsMax });
    if (errors.length === 0) return { document };
    return { errors: errors.map((error) => withoutLiteral(this.schema, document, error)) };
  }

  #remember(query: string, prepared: Prepared): void {
    if (this.#known.size >= limits.graphqlDocumentsCachedMax) {
      const oldest = this.#known.keys().next().value;
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(query, prepared);
  }
}
