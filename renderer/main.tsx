import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { Bridge } from "../shared/protocol/desktop.ts";
import { App } from "./app/App.tsx";
import { connectHost } from "./app/host.ts";
import { startExchange } from "./exchange/exchange.ts";
import { browserHost } from "./host/browser.ts";
import { desktopHost } from "./host/desktop.ts";
import { connectExchange } from "./state/exchanges.ts";
import { connectTrainer, hear } from "./state/orders.ts";
import { session } from "./state/session.ts";
import { startTrainer } from "./train/trainer.ts";
import "./ui/fonts.css";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/families.css";

declare global {
  interface Window {
    /** Put there by the preload of the desktop app. */
    readonly desktop?: Bridge<File>;
  }
}

const host = window.desktop ? desktopHost(window.desktop) : browserHost();
connectHost(host);
session.setState({ memoryBytes: host.memoryBytes });
connectTrainer(startTrainer(hear).send);
connectExchange(startExchange());

const root = document.getElementById("root");
if (!root) throw new Error("The page has no root element.");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
