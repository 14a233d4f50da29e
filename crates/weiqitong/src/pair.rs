//! `weiqitong pair`: the solver on its own, on any minimum-cost flow problem in a file.

use anyhow::{Context, Result, anyhow};
use clap::Subcommand;
use pairing::{dimacs, solve};
use std::fs;
use std::path::PathBuf;

/// What is asked.
#[derive(Debug, Subcommand)]
pub enum Pair {
    /// 求解最小费用流（DIMACS 格式），打印最优总费用；结果经最优性证明核对
    Solve {
        /// 问题文件：p min、n、a 行
        #[arg(value_name = "FILE.min")]
        problem: PathBuf,
        /// 将各弧流量写入此文件
        #[arg(long, value_name = "OUT")]
        flows: Option<PathBuf>,
    },
}

/// The line to print: the cost, proved to be the least.
///
/// # Errors
/// When a file cannot be read or written, is no network, or the network has no flow.
pub fn answer(asked: &Pair) -> Result<String> {
    let Pair::Solve { problem: path, flows } = asked;
    let shown = path.display();
    let text = fs::read(path).with_context(|| format!("无法读取 {shown}"))?;
    let problem = dimacs::read(&text).map_err(|refused| anyhow!("{shown}：{refused}"))?;
    drop(text);
    let plan = solve(&problem).map_err(|shortage| anyhow!("{shown}：{shortage}"))?;
    let cost = plan.certificate.check(&problem, &plan.flow).context("最优性证明不成立，请将文件交给开发者")?;
    if let Some(out) = flows {
        fs::write(out, dimacs::write(&problem, &plan)).with_context(|| format!("无法写入 {}", out.display()))?;
    }
    Ok(format!("s {cost}"))
}
