//! `pldoctor completions` and `pldoctor man`: made from the arguments, so that they say what the program does.

use super::args::{Arguments, CompletionsArguments, ManArguments};
use super::{Exit, Failure, output};
use anyhow::Context as _;
use clap::CommandFactory as _;

pub(super) fn completions(arguments: &CompletionsArguments) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    let shell: clap_complete::Shell = arguments.shell.into();
    clap_complete::generate(shell, &mut Arguments::command(), "pldoctor", &mut text);
    output::print(&text)?;
    Ok(Exit::Healthy)
}

pub(super) fn man(arguments: &ManArguments) -> Result<Exit, Failure> {
    let command = Arguments::command();
    match &arguments.folder {
        None => {
            let mut text = Vec::new();
            clap_mangen::Man::new(command).render(&mut text).context("the page can't be made")?;
            output::print(&text)?;
        }
        Some(folder) => {
            let name = folder.display();
            let made = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
            made.with_context(|| format!("the pages can't be written into {name}"))?;
        }
    }
    Ok(Exit::Healthy)
}
