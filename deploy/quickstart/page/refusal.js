/** Why an upload did not happen: in words for the visitor, with the rules that were broken and the codes for whoever looks further. */
export class Refusal extends Error {
  constructor(title, sentence, { rules = [], codes = '' } = {}) {
    super(sentence);
    Object.assign(this, { title, rules, codes });
  }
}
