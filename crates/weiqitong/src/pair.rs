//! `weiqitong pair`: a round of pairings planned from the database, and the solver on its own, on any minimum-cost flow problem
//! in a file.

use crate::config::Config;
use crate::serve::told;
use crate::sheets::app;
use anyhow::{Context, Result, anyhow};
use clap::Subcommand;
use kernel::authz::WritePairings;
use pairing::{dimacs, solve};
use platform::console::operator;
use platform::rounds::{self, Hand, How, Step, Watcher};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

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
    /// 规划一个包靠批次；规划期间有变化则不保存，退出码 1
    Plan {
        /// 批次编号（列表中的第几批次），或批次名称
        #[arg(long, value_name = "N")]
        round: String,
        /// 取消手工调整，全部重新规划（不写则保留手工调整）
        #[arg(long)]
        drop_hand: bool,
        /// 结果以 JSON 输出
        #[arg(long)]
        json: bool,
    },
}

/// Tells each step on standard error.
struct Teller;

impl Watcher for Teller {
    async fn turns(&self, step: Step) {
        eprintln!("{}……", step.label());
    }
}

/// The line to print.
///
/// # Errors
/// When the work fails: the text says why.
pub async fn answer(config: &Config, asked: &Pair) -> Result<String> {
    match asked {
        Pair::Solve { problem, flows } => solved(problem, flows.as_ref()),
        Pair::Plan { round, drop_hand, json } => {
            let hand = if *drop_hand { Hand::Dropped } else { Hand::Kept };
            planned(config, round, hand, *json).await
        }
    }
}

/// Plans a round.
async fn planned(config: &Config, round: &str, hand: Hand, as_json: bool) -> Result<String> {
    let app = app(config).await?;
    let operator = operator(app.now());
    let scope = operator.scope::<WritePairings>().context("没有规划的权限")?;
    let found = rounds::find(&app.store, round).await.map_err(told)?;
    let how = How { hand, point: None };
    let planned = rounds::plan(&app, &operator, &scope, (found.id, None), how, &Teller).await.map_err(told)?;
    if as_json {
        return Ok(serde_json::to_string(&json!({ "round": found.id, "name": found.name, "planned": planned }))?);
    }
    let (clients, officials) = (planned.clients, planned.officials);
    let total = planned.cost.total();
    Ok(format!("“{}”已规划：{clients} 家企业和项目，{officials} 名干部，总分 {total}，已证明为最优。", found.name))
}

/// The cost of a network's cheapest flow, proved to be the least.
fn solved(path: &Path, flows: Option<&PathBuf>) -> Result<String> {
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
