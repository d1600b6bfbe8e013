// A question to the server that is not about another run: what the tools beside the stage ask.

// The answer to a question as an object. Throws an Error whose message is a sentence for the visitor.
export async function askServer(name, question) {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(question) };
  let answer;
  try {
    answer = await (await fetch(new URL(`ask/${name}`, document.baseURI), request)).json();
  } catch {
    throw new Error("The server does not answer. What is on the page plays on.");
  }
  if (answer.error) throw new Error(answer.error);
  return answer;
}
