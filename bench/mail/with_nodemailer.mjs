// nodemailer with its pool, from HTML that is ready: node with_nodemailer.mjs PORT FILE FOLDER_OF_NODEMAILER CONNECTIONS

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [port, file, folder, connections] = process.argv.slice(2);
const nodemailer = createRequire(`${folder}/package.json`)("nodemailer");
const letters = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));

const mails = letters.map((letter) => ({
  from: letter.sender,
  to: letter.recipient,
  replyTo: letter.reply_to || undefined,
  subject: letter.subject,
  text: letter.text,
  html: letter.html,
  headers: letter.headers,
}));

const transport = nodemailer.createTransport({
  host: "127.0.0.1",
  port: Number(port),
  pool: true,
  maxConnections: Number(connections),
  maxMessages: Infinity,
  ignoreTLS: true,
});

const started = performance.now();
const answers = await Promise.all(mails.map((mail) => transport.sendMail(mail)));
const seconds = (performance.now() - started) / 1000;
transport.close();
console.log(JSON.stringify({ sent: answers.filter((each) => each.response.startsWith("250")).length, seconds }));
