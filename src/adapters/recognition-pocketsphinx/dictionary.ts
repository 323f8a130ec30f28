/** The model's dictionary: which words it can hear, and how each is pronounced. */

export class Dictionary {
  readonly #text: string
  /** Where the lines of a word begin. */
  readonly #places = new Map<string, number>()

  /** @param text `four F AO R`, a line each; further pronunciations of a word follow it as `four(2) …` */
  constructor(text: string) {
    this.#text = `${text}\n`
    for (const { 1: word, index } of text.matchAll(/^([^\s(]+) /gm)) this.#places.set(word!, index)
  }

  has(word: string): boolean {
    return this.#places.has(word)
  }

  /** The lines of one word that it has. */
  linesOf(word: string): string {
    const start = this.#places.get(word) ?? 0
    let end = this.#text.indexOf('\n', start) + 1
    while (this.#text.startsWith(`${word}(`, end)) end = this.#text.indexOf('\n', end) + 1
    return this.#text.slice(start, end)
  }
}
