/**
 * A question with buttons, for the browser edition, which has no dialogs of the system. Resolves to the index of
 * the button; Escape means the last one.
 */
export function ask(message: string, detail: string, labels: readonly string[]): Promise<number> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const content = element("div", "dialog-content");
  const header = element("header");
  const title = element("h2", undefined, message);
  title.id = "question";
  dialog.setAttribute("aria-labelledby", title.id);
  const footer = element("footer");
  header.append(title);
  content.append(header, element("div", "dialog-body", detail), footer);
  dialog.append(content);

  return new Promise((resolve) => {
    const finish = (answer: number) => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    // Reversed, because the main button stands last.
    for (const [index, label] of [...labels.entries()].reverse()) {
      const button = element("button", "button", label);
      if (index === 0) {
        button.dataset.look = "primary";
        button.autofocus = true;
      }
      button.addEventListener("click", () => finish(index));
      footer.append(button);
    }
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(labels.length - 1);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className?: string,
  text?: string,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className !== undefined) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
