/**
 * A pure function of text that keeps its answers: logs repeat a few thousand values by the million. Bounded, because values come from
 * outside.
 */
export function remembered<Answer>(compute: (text: string) => Answer, most = 20_000): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  let lastText: string | undefined;
  let last: Answer;
  return (text) => {
    // Neighbours are often equal, and comparing is cheaper than hashing.
    if (text === lastText) return last;
    let answer = answers.get(text);
    if (answer === undefined) {
      answer = compute(text);
      if (answers.size >= most) answers.clear();
      answers.set(text, answer);
    }
    lastText = text;
    last = answer;
    return answer;
  };
}
