import type { BrowserPage } from '../../browser/browser-page.js';

const QUERY = '.graphiql-query-editor .CodeMirror';
const VARIABLES = '.graphiql-editor-tool .CodeMirror';
const RESULT = '.result-window .CodeMirror';

/** The parts of GraphiQL that a user sees, by their style classes. */
export class GraphiqlPage {
  readonly #page: BrowserPage;

  constructor(page: BrowserPage) {
    this.#page = page;
  }

  /** Reports whether the editors are there. */
  isShown(): Promise<boolean> {
    return this.#page.evaluate(`document.querySelector('${QUERY}') !== null`);
  }

  tabs(): Promise<readonly string[]> {
    return this.#page.evaluate(
      `[...document.querySelectorAll('.graphiql-tab-button')].map((tab) => tab.textContent)`,
    );
  }

  /** Returns the name of the operation that a run sends; it follows an edit after 100 ms. */
  operationName(): Promise<string | null> {
    return this.#page.evaluate(`document.querySelector('${QUERY}').CodeMirror.operationName`);
  }

  async selectTab(index: number): Promise<void> {
    await this.#page.evaluate(
      `document.querySelectorAll('.graphiql-tab-button')[${index}].click()`,
    );
  }

  /** Enters a token as a user does: pastes it, and leaves the field. */
  async enterToken(token: string): Promise<void> {
    await this.#page.evaluate(`document.querySelector('#token').select()`);
    await this.#page.paste('#token', token);
    await this.#page.evaluate(`document.querySelector('#token').blur()`);
  }

  /** Replaces the query of the current tab. */
  async write(query: string): Promise<void> {
    await this.#page.evaluate(
      `document.querySelector('${QUERY}').CodeMirror.setValue(${JSON.stringify(query)})`,
    );
  }

  query(): Promise<string> {
    return this.#textIn(QUERY);
  }

  variables(): Promise<string> {
    return this.#textIn(VARIABLES);
  }

  async run(): Promise<void> {
    await this.#page.click('.graphiql-execute-button');
  }

  /** Returns the text of the response; an empty text while there is none. */
  result(): Promise<string> {
    return this.#textIn(RESULT);
  }

  /** Types at the end of the query; suggestions follow the keys. */
  async type(text: string): Promise<void> {
    await this.#page.evaluate(`(() => {
      const editor = document.querySelector('${QUERY}').CodeMirror;
      editor.focus();
      editor.execCommand('goDocEnd');
    })()`);
    await this.#page.type(text);
  }

  /** Reports whether GraphiQL has loaded the schema, from which suggestions come. */
  hasSchema(): Promise<boolean> {
    return this.#page.evaluate(
      `document.querySelector('${QUERY}').CodeMirror.options.hintOptions.schema != null`,
    );
  }

  suggestions(): Promise<readonly string[]> {
    return this.#page.evaluate(
      `[...document.querySelectorAll('.CodeMirror-hint')].map((hint) => hint.textContent)`,
    );
  }

  #textIn(selector: string): Promise<string> {
    return this.#page.evaluate(`document.querySelector('${selector}').CodeMirror.getValue()`);
  }
}
