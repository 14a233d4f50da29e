//! The program: reads the command line and the configuration, and calls what does the work.
//!
//! Exit codes: 0 done, 1 the work failed, 2 usage. Results go to standard output, logs and errors to standard error.

mod account;
mod admin;
mod classify;
mod config;
mod demo;
mod keys;
mod pair;
mod posting;
mod search;
mod serve;
mod sheets;
mod workday;

use anyhow::Result;
use clap::{Parser, Subcommand};
use config::LogFormat;
use std::path::PathBuf;
use std::process::ExitCode;

/// 潍企通：企业服务管理平台
#[derive(Parser)]
#[command(name = "weiqitong", version)]
struct Cli {
    /// 配置文件（TOML）
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// 数据库地址：sqlite:路径 或 postgres://…
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// 数据目录：附件等文件，以及未另行指定时的数据库
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 启动服务（网页、接口、后台任务）
    Serve {
        /// 监听地址
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
        /// 监控指标（/metrics）的监听地址；留空则不开放
        #[arg(long, value_name = "ADDR")]
        admin_listen: Option<String>,
        /// 启动前先将数据库结构升级到最新
        #[arg(long)]
        migrate: bool,
    },
    /// 将数据库结构升级到最新；多个节点可同时运行
    Migrate,
    /// 向空库装入演示数据
    Demo {
        /// 规模
        #[arg(long, value_enum, default_value = "county")]
        scale: demo::Size,
        /// 随机种子：种子相同，数据相同
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// 开通管理员账号，重置管理员密码
    #[command(subcommand)]
    Account(account::Account),
    /// 从 .xlsx 或 .csv 导入：全部写入，或一行也不写
    Import(sheets::Import),
    /// 导出为 .xlsx 或 .csv
    Export(sheets::Export),
    /// 加密个人信息的密钥：新建、查看、轮换
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// 审计记录
    #[command(subcommand)]
    Audit(AuditCommand),
    /// 按国务院放假安排推算工作日
    #[command(subcommand)]
    Workday(workday::Workday),
    /// 规划包靠批次，结对求解
    #[command(subcommand)]
    Pair(pair::Pair),
    /// 诉求检索的索引
    #[command(subcommand)]
    Search(search::Search),
    /// 从已有标签的文本中学习分类，并为新文本给出标签
    #[command(subcommand)]
    Classify(classify::Classify),
    /// 打印接口的 OpenAPI 3.1 描述
    Openapi,
    /// 查看和检查配置
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Subcommand)]
enum AuditCommand {
    /// 重新计算封存链，指出第一处不符
    Verify,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// 检查配置，逐项说明取值与来源
    Check,
}

/// Rows and answers are many small pieces, taken on one thread and given back on another: half the memory, and less time.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(cli: &Cli) -> Result<()> {
    let mut flags = vec![("database", cli.database.as_deref()), ("data", cli.data.as_deref())];
    if let Command::Serve { listen, admin_listen, .. } = &cli.command {
        flags.extend([("listen", listen.as_deref()), ("admin_listen", admin_listen.as_deref())]);
    }
    let (config, sources) = config::read(cli.config.as_deref(), &flags)?;
    match &cli.command {
        Command::Serve { migrate, .. } => {
            log(&config.log);
            serve::serve(&config, *migrate).await
        }
        Command::Migrate => {
            log(&config.log);
            serve::migrate(&config).await
        }
        Command::Demo { scale, seed } => {
            log(&config.log);
            demo::fill(&config, *scale, *seed).await
        }
        Command::Account(asked) => {
            log(&config.log);
            account::run(&config, asked).await
        }
        Command::Import(asked) => {
            log(&config.log);
            sheets::import(&config, asked).await
        }
        Command::Export(asked) => {
            log(&config.log);
            sheets::export(&config, asked).await
        }
        Command::Keys(asked) => {
            log(&config.log);
            keys::run(&config, asked).await
        }
        Command::Audit(AuditCommand::Verify) => {
            log(&config.log);
            serve::verify_audit(&config).await
        }
        Command::Pair(asked) => {
            println!("{}", pair::answer(&config, asked).await?);
            Ok(())
        }
        Command::Search(asked) => {
            log(&config.log);
            search::run(&config, asked).await
        }
        Command::Classify(asked) => classify::run(asked),
        Command::Workday(asked) => {
            println!("{}", workday::answer(asked, &config.hours.parse()?)?);
            Ok(())
        }
        Command::Openapi => {
            println!("{:#}", platform::manual::openapi());
            Ok(())
        }
        Command::Config(ConfigCommand::Check) => {
            print!("{}", config::explain(&config, &sources));
            Ok(())
        }
    }
}

/// Logs go to standard error; a panic is told there, too, in the same form.
fn log(log: &config::Log) {
    let logger = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(&log.filter))
        .with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => logger.init(),
        LogFormat::Json => logger.json().init(),
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a panic")));
}
